import { afterEach, describe, expect, it } from '@jest/globals';
import { AssignerProtocol } from 'kafkajs';
import { startConsumer } from '../../test/start-consumer';
import {
  committed,
  connectTransactional,
  freshTopic,
  lines,
  logger,
  testKafka,
  uniqueName,
  until,
} from '../../test/test-kafka';
import { kafkaClient } from '../kafka-client';
import { BatchConsumer } from './batch-consumer';
import { LagWatch } from '../lag-watch';
import { type RecordBatch } from './record-batch';
import { RecordProducer } from '../produce/record-producer';

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function start(options: Parameters<typeof startConsumer>[0]) {
  const started = await startConsumer(options);
  opened.push(() => started.consumer.stop());
  return started;
}

async function produce(topic: string, values: readonly string[]): Promise<void> {
  const producer = await RecordProducer.connect(testKafka());
  await producer.send(
    topic,
    values.map((value) => ({ key: null, value })),
  );
  await producer.close();
}

const valuesOf = ({ records }: RecordBatch) => records.map(({ value }) => String(value));

/** A promise that the test settles. */
function gate() {
  let open!: () => void;
  const opening = new Promise<void>((resolve) => (open = resolve));
  return { opening, open };
}

describe('BatchConsumer', () => {
  it('begins with the oldest record, gives each once and in order, and commits behind the last', async () => {
    const [topic, groupId] = [await freshTopic(), uniqueName('group')];
    const values = Array.from({ length: 200 }, (_, index) => String(index));
    await produce(topic, values);

    const seen: string[] = [];
    const { consumer } = await start({
      topic,
      groupId,
      handle: (batch) => Promise.resolve(void seen.push(...valuesOf(batch))),
    });
    await until(async () => (await committed(groupId, topic)) === 200);

    expect(seen).toEqual(values);
    expect(consumer.assignment).toEqual({ [topic]: [0] });
  });

  it('commits nothing while a batch is being handled', async () => {
    const [topic, groupId] = [await freshTopic(), uniqueName('group')];
    await produce(topic, ['a']);
    const [begun, mayEnd] = [gate(), gate()];
    await start({
      topic,
      groupId,
      handle: () => {
        begun.open();
        return mayEnd.opening;
      },
    });

    await begun.opening;
    expect(await committed(groupId, topic)).toBe(-1);
    mayEnd.open();
    await until(async () => (await committed(groupId, topic)) === 1);
  });

  it('gives a batch whose handling threw again, the same records, until it succeeds; later ones wait', async () => {
    const [topic, groupId] = [await freshTopic(), uniqueName('group')];
    await produce(topic, ['a', 'b']);
    const tries: string[][] = [];
    await start({
      topic,
      groupId,
      handle: async (batch) => {
        tries.push(valuesOf(batch));
        if (tries.length === 1) await produce(topic, ['c']);
        if (tries.length <= 3) throw new Error('the database is away');
      },
    });

    await until(async () => (await committed(groupId, topic)) === 3);
    expect(tries).toEqual([...Array.from({ length: 4 }, () => ['a', 'b']), ['c']]);
    const own = lines.filter(({ topic: of, msg }) => of === topic && msg === 'batch failed; it is tried again');
    expect(own.map(({ failures }) => failures)).toEqual([1, 2, 3]);
  });

  it('lets another member have its partition while a batch fails, instead of holding up the group', async () => {
    const [topic, groupId] = [await freshTopic(), uniqueName('group')];
    await produce(topic, ['a']);
    const failing = await start({ topic, groupId, handle: () => Promise.reject(new Error('cut off')) });
    const handled: string[] = [];
    const healthy = await start({
      topic,
      groupId,
      handle: (batch) => Promise.resolve(void handled.push(...valuesOf(batch))),
    });

    // One partition for two members: it may stay with the one that fails, until that one leaves.
    await until(() => healthy.consumer.assignment !== null && failing.consumer.assignment !== null);
    await failing.consumer.stop();
    await until(async () => (await committed(groupId, topic)) === 1);
    expect(handled).toEqual(['a']);
    expect([failing.crashes, healthy.crashes]).toEqual([[], []]);
  });

  describe('when it stops', () => {
    it('waits for the batch under way and commits it', async () => {
      const [topic, groupId] = [await freshTopic(), uniqueName('group')];
      await produce(topic, ['a']);
      const [begun, mayEnd] = [gate(), gate()];
      const { consumer } = await start({
        topic,
        groupId,
        handle: () => {
          begun.open();
          return mayEnd.opening;
        },
      });

      await begun.opening;
      const stopped = consumer.stop();
      mayEnd.open();
      await stopped;
      expect(await committed(groupId, topic)).toBe(1);
    });

    it('gives up the next try of a batch that failed, and commits nothing of it', async () => {
      const [topic, groupId] = [await freshTopic(), uniqueName('group')];
      await produce(topic, ['a']);
      let tries = 0;
      const { consumer } = await start({
        topic,
        groupId,
        handle: () => {
          tries += 1;
          return Promise.reject(new Error('the database is away'));
        },
      });

      await until(() => tries > 0);
      await consumer.stop();
      const triesAtStop = tries;
      expect(await committed(groupId, topic)).toBe(-1);
      expect(tries).toBe(triesAtStop);
    });
  });

  it('passes over the marks of transactions, so that they are no lag', async () => {
    const [topic, groupId] = [await freshTopic(), uniqueName('group')];
    const producer = await connectTransactional();
    opened.push(() => producer.disconnect());
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: 'a' }] });

    const seen: string[] = [];
    await start({ topic, groupId, handle: (batch) => Promise.resolve(void seen.push(...valuesOf(batch))) });
    const lag = await LagWatch.connect(testKafka(), groupId, [topic]);
    opened.push(() => lag.close());
    await transaction.commit();
    await until(async () => (await lag.read()) === 0n);
    // Of this one only marks are left: nothing is handed over after them that could take them along.
    const aborted = await producer.transaction();
    await aborted.send({ topic, messages: [{ value: 'never' }] });
    await aborted.abort();
    await until(async () => (await committed(groupId, topic)) === 4);

    expect(seen).toEqual(['a']);
    expect(await lag.read()).toBe(0n);
  });

  it('tells of a crash that kafkajs does not recover from', async () => {
    const [topic, groupId] = [await freshTopic(), uniqueName('group')];
    // A group whose members share out partitions in a way that this one does not know refuses it.
    const stranger = testKafka().consumer({
      groupId,
      maxWaitTimeInMs: 100,
      partitionAssigners: [
        () => ({
          name: 'unknown',
          version: 0,
          assign: () => Promise.resolve([]),
          protocol: ({ topics }) => ({
            name: 'unknown',
            metadata: AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
          }),
        }),
      ],
    });
    await stranger.connect();
    opened.push(() => stranger.disconnect());
    await stranger.subscribe({ topic });
    const joined = new Promise<void>((resolve) => void stranger.on('consumer.group_join', () => resolve()));
    await stranger.run({ eachMessage: () => Promise.resolve() });
    await joined;

    const { consumer, crashes } = await start({ topic, groupId, handle: () => Promise.resolve() });
    await until(() => crashes.length > 0);
    expect(crashes).toHaveLength(1);
    expect(consumer.assignment).toBeNull();
  });

  it('leaves nothing open when the broker cannot be reached', async () => {
    const kafka = kafkaClient({ clientId: 'test', bootstrapServers: '127.0.0.1:1', logger });
    const start = BatchConsumer.start({
      kafka,
      groupId: 'g',
      topics: ['t'],
      handle: () => Promise.resolve(),
      logger,
      onCrash: () => undefined,
    });
    await expect(start).rejects.toThrow(/127\.0\.0\.1:1/);
  });
});
