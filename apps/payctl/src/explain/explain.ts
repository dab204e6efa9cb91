import { type CaseFile } from '@koosco/payment-db/operators';
import { type Explanation } from './explanation';
import { findingsOf } from './findings';
import { timelineOf } from './timeline';
import { type TossReading } from './toss-reading';
import { verdictOf } from './verdict';

/** @param now by which what waits is judged to wait for too long. */
export function explain(file: CaseFile, readings: readonly TossReading[], now: Date): Explanation {
  const findings = findingsOf(file, readings, now);
  return { timeline: timelineOf(file, readings), findings, verdict: verdictOf(file, findings) };
}
