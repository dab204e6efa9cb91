import { randomUUID } from 'node:crypto';
import { type Admin, type Consumer } from 'kafkajs';
import { type RecordBatch } from './consume/record-batch';
import { type KafkaClient } from './kafka-client';

export interface TopicsRange {
  readonly topics: readonly string[];
  /** By the time that each record carries. */
  readonly from: Date;
  /** How long it may take in all. */
  readonly deadlineMs: number;
}

/**
 * Reads what topics hold since an instant, up to their ends as they are now, and leaves no trace: it commits nothing, and the
 * group it reads in is deleted.
 * @throws when the broker does not answer, a topic is missing, or the end is not reached in time.
 */
export async function readTopics(
  kafka: KafkaClient,
  { topics, from, deadlineMs }: TopicsRange,
  onBatch: (batch: RecordBatch) => void,
): Promise<void> {
  const admin = kafka.admin();
  const groupId = `read-topics-${randomUUID()}`;
  await admin.connect();
  try {
    const parts = await unreadParts(admin, topics, from);
    if (parts.size === 0) return;
    const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
    try {
      await readParts(consumer, topics, parts, deadlineMs, onBatch);
    } finally {
      await consumer.disconnect();
      await admin.deleteGroups([groupId]).catch(() => undefined);
    }
  } finally {
    await admin.disconnect();
  }
}

interface Part {
  readonly topic: string;
  readonly partition: number;
  readonly start: string;
  readonly end: bigint;
}

async function unreadParts(admin: Admin, topics: readonly string[], from: Date): Promise<Map<string, Part>> {
  const parts = new Map<string, Part>();
  for (const topic of topics) {
    const starts = await admin.fetchTopicOffsetsByTimestamp(topic, from.getTime());
    const ends = new Map(
      (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]),
    );
    for (const { partition, offset } of starts) {
      const end = ends.get(partition) ?? 0n;
      if (BigInt(offset) < end) parts.set(`${topic}/${partition}`, { topic, partition, start: offset, end });
    }
  }
  return parts;
}

async function readParts(
  consumer: Consumer,
  topics: readonly string[],
  parts: Map<string, Part>,
  deadlineMs: number,
  onBatch: (batch: RecordBatch) => void,
): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: false });
  const unread = new Map(parts);
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`the topics were not read to their ends in ${deadlineMs} ms`)),
        deadlineMs,
      );
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer.on(consumer.events.GROUP_JOIN, () => {
        for (const { topic, partition, start } of unread.values()) consumer.seek({ topic, partition, offset: start });
      });
      consumer
        .run({
          autoCommit: false,
          eachBatch: ({ batch: { topic, partition, messages } }) => {
            const part = unread.get(`${topic}/${partition}`);
            const records = messages.filter(({ offset }) => part !== undefined && BigInt(offset) < part.end);
            // What is joined anew begins again, and was perhaps seen before: whoever reads knows a record by its offset.
            if (records.length > 0) onBatch({ topic, partition, records });
            const last = messages.at(-1);
            if (part !== undefined && last !== undefined && BigInt(last.offset) + 1n >= part.end) {
              unread.delete(`${topic}/${partition}`);
            }
            if (unread.size === 0) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    clearTimeout(timer);
  }
}
