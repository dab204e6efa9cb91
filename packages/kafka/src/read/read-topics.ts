import { type Admin } from 'kafkajs';
import { type RecordBatch } from '../consume/record-batch';
import { type KafkaClient } from '../kafka-client';
import { type Part, readParts } from './read-parts';

export interface TopicsRange {
  readonly topics: readonly string[];
  /** By the time that each record carries. */
  readonly from: Date;
  /** How long it may take in all. */
  readonly deadlineMs: number;
}

/**
 * Reads what topics hold since an instant, up to their ends as they are now, and leaves no trace.
 * @throws when the broker does not answer, a topic is missing, or the end is not reached in time.
 */
export async function readTopics(
  kafka: KafkaClient,
  { topics, from, deadlineMs }: TopicsRange,
  onBatch: (batch: RecordBatch) => void,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  let parts: readonly Part[];
  try {
    parts = (await Promise.all(topics.map((topic) => partsSince(admin, topic, from)))).flat();
  } finally {
    await admin.disconnect();
  }
  await readParts(kafka, parts, deadlineMs, onBatch);
}

async function partsSince(admin: Admin, topic: string, from: Date): Promise<readonly Part[]> {
  const starts = await admin.fetchTopicOffsetsByTimestamp(topic, from.getTime());
  const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]));
  return starts.flatMap(({ partition, offset }) => {
    const range = { start: BigInt(offset), end: ends.get(partition) ?? 0n };
    return range.start < range.end ? [{ topic, partition, ranges: [range] }] : [];
  });
}
