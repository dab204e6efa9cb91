import { type CaseFile } from '@koosco/payment-db/operators';
import { type Explanation } from './explanation';
import { findingsOf } from './findings';
import { timelineOf } from './timeline';
import { findingsOfTopics } from './findings-of-topics';
import { type TopicsReading } from './topics-reading';
import { type TossReading } from './toss-reading';
import { verdictOf } from './verdict';

/**
 * @param now by which what waits is judged to wait for too long.
 * @param topics null where Kafka was not asked.
 */
export function explain(
  file: CaseFile,
  readings: readonly TossReading[],
  now: Date,
  topics: TopicsReading | null = null,
): Explanation {
  const findings = [
    ...findingsOf(file, readings, now),
    ...(topics === null ? [] : findingsOfTopics(file, topics, now)),
  ];
  return { timeline: timelineOf(file, readings, topics), findings, verdict: verdictOf(file, findings) };
}
