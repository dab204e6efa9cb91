import { createLogger } from '@koosco/payment-telemetry';
import { type KafkaMessage, type Producer } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaClient } from '../src/kafka-client';
import { testBootstrapServers } from './test-broker';

/** Log lines of everything that is tested, for tests that want to see one. */
export const lines: Record<string, unknown>[] = [];

export const logger = createLogger({
  service: 'test',
  level: 'info',
  destination: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
});

export const testKafka = () => kafkaClient({ clientId: 'test', bootstrapServers: testBootstrapServers(), logger });

export const uniqueName = (kind: string) => `${kind}-${randomBytes(6).toString('hex')}`;

export async function freshTopic({ partitions = 1 } = {}): Promise<string> {
  const topic = uniqueName('topic');
  await asAdmin((admin) =>
    admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions }] }),
  );
  return topic;
}

export async function asAdmin<T>(
  work: (admin: ReturnType<ReturnType<typeof testKafka>['admin']>) => Promise<T>,
): Promise<T> {
  const admin = testKafka().admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Whoever connects it disconnects it. */
export async function connectTransactional(): Promise<Producer> {
  const producer = testKafka().producer({
    transactionalId: uniqueName('tx'),
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  return producer;
}

/** Committed offset; -1 when there is none. For groups that have a member, and so a coordinator that is ready. */
export async function committed(groupId: string, topic: string, partition = 0): Promise<number> {
  const [offsets] = await asAdmin((admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
  return Number(offsets?.partitions.find((of) => of.partition === partition)?.offset ?? -1);
}

/**
 * Everything a topic holds, read by kafkajs itself.
 * @param count how many there are, where one of them may stand for a batch of many.
 */
export async function readAll(topic: string, count?: number): Promise<(KafkaMessage & { partition: number })[]> {
  const ends = await asAdmin((admin) => admin.fetchTopicOffsets(topic));
  const expected = count ?? ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const messages: (KafkaMessage & { partition: number })[] = [];
  const consumer = testKafka().consumer({ groupId: uniqueName('reader'), maxWaitTimeInMs: 100 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message, partition }) => Promise.resolve(void messages.push({ ...message, partition })),
    });
    await until(() => messages.length >= expected);
  } finally {
    await consumer.disconnect();
  }
  return messages;
}

/** Less than a test may last: whoever reads its failure wants to know more than that time was up. */
const UNTIL_MS_MAX = 50_000;
const SHOWN_LINES = 20;

/** @throws Error with the end of the log when this does not become true. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + UNTIL_MS_MAX;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      const log = lines.slice(-SHOWN_LINES).map((line) => JSON.stringify(line));
      throw new Error(['what is waited for never came; the log ends with', ...log].join('\n'));
    }
    await sleep(20);
  }
}
