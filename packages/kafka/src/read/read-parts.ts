import { randomUUID } from 'node:crypto';
import { type Consumer } from 'kafkajs';
import { type RecordBatch } from '../consume/record-batch';
import { type KafkaClient } from '../kafka-client';

/** From one offset up to, but without, another. */
export interface OffsetRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** What is to be read of one partition: none of the ranges is empty, and each begins behind the one before. */
export interface Part {
  readonly topic: string;
  readonly partition: number;
  readonly ranges: readonly OffsetRange[];
}

/**
 * Reads these ranges, and leaves no trace: it commits nothing, and the group it reads in is deleted. A record may come twice;
 * its offset tells.
 * @throws when the broker does not answer, or not everything was read in time, or `onBatch` throws.
 */
export async function readParts(
  kafka: KafkaClient,
  parts: readonly Part[],
  deadlineMs: number,
  onBatch: (batch: RecordBatch) => void,
): Promise<void> {
  if (parts.length === 0) return;
  const groupId = `read-topics-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
  try {
    await readAll(consumer, parts, deadlineMs, onBatch);
  } finally {
    await consumer.disconnect();
    const admin = kafka.admin();
    await admin.connect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

async function readAll(
  consumer: Consumer,
  parts: readonly Part[],
  deadlineMs: number,
  onBatch: (batch: RecordBatch) => void,
): Promise<void> {
  const unread = new Map(parts.map((part) => [nameOf(part), { ...part, ranges: [...part.ranges] }]));
  await consumer.connect();
  await consumer.subscribe({ topics: [...new Set(parts.map(({ topic }) => topic))], fromBeginning: false });
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`the topics were not read to their ends in ${deadlineMs} ms`)),
        deadlineMs,
      );
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      // What is joined anew begins its range again.
      consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
        for (const [topic, partitions] of Object.entries(memberAssignment)) {
          for (const partition of partitions) {
            const [range] = unread.get(nameOf({ topic, partition }))?.ranges ?? [];
            if (range === undefined) consumer.pause([{ topic, partitions: [partition] }]);
            else consumer.seek({ topic, partition, offset: String(range.start) });
          }
        }
      });
      consumer
        .run({
          autoCommit: false,
          eachBatch: ({ batch: { topic, partition, messages } }) => {
            const part = unread.get(nameOf({ topic, partition }));
            const [range] = part?.ranges ?? [];
            const last = messages.at(-1);
            if (part === undefined || range === undefined || last === undefined) return Promise.resolve();
            const records = messages.filter(
              ({ offset }) => BigInt(offset) >= range.start && BigInt(offset) < range.end,
            );
            if (records.length > 0) onBatch({ topic, partition, records });
            if (BigInt(last.offset) + 1n < range.end) return Promise.resolve();
            part.ranges.shift();
            const [next] = part.ranges;
            if (next === undefined) {
              unread.delete(nameOf(part));
              consumer.pause([{ topic, partitions: [partition] }]);
            } else consumer.seek({ topic, partition, offset: String(next.start) });
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

function nameOf({ topic, partition }: Pick<Part, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}
