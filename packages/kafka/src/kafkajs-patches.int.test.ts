import { afterEach, describe, expect, it } from '@jest/globals';
import { type IHeaders, type Message, type Transaction } from 'kafkajs';
import { testBootstrapServers } from '../test/test-broker';
import { connectTransactional, freshTopic, readAll, testKafka, uniqueName, until } from '../test/test-kafka';
import { RawProducer, recordBatch, type WrittenRecord } from './testing';

/** Every test of this file fails or hangs on kafkajs as it is published. */
async function roundTrip(message: { key?: Buffer; headers?: unknown }) {
  const topic = await freshTopic({ partitions: 3 });
  const producer = testKafka().producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'v', ...message, headers: message.headers as IHeaders }] });
  await producer.disconnect();
  const [record] = await readAll(topic);
  return record!;
}

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function openTransaction(): Promise<Transaction> {
  const producer = await connectTransactional();
  opened.push(() => producer.disconnect());
  return producer.transaction();
}

/** The values from an offset on, as soon as there are so many; how many came at once; what `atFirst` said at the first. */
async function readValues(topic: string, options: { from?: number; until: number; atFirst?: () => number }) {
  const consumer = testKafka().consumer({ groupId: uniqueName('reader'), maxWaitTimeInMs: 100 });
  const values: (string | undefined)[] = [];
  const fetched: number[] = [];
  let turnsAtFirst: number | undefined;
  await consumer.connect();
  opened.push(() => consumer.disconnect());
  await consumer.subscribe({ topic });
  const offset = String(options.from ?? 0);
  // Without it, it would begin at the end.
  consumer.on(consumer.events.GROUP_JOIN, () => consumer.seek({ topic, partition: 0, offset }));
  await consumer.run({
    eachBatch: ({ batch: { messages } }) => {
      turnsAtFirst ??= options.atFirst?.();
      fetched.push(messages.length);
      for (const { value } of messages) values.push(value?.toString());
      return Promise.resolve();
    },
  });
  await until(() => values.length >= options.until);
  return { values, fetched, turnsAtFirst };
}

const bytes = (text: string) => Buffer.from(text);
const none = { name: bytes(''), value: null };
const nothing = { key: null, value: null };

describe('kafkajs as it is patched', () => {
  it('produces and reads headers that are null', async () => {
    const { headers } = await roundTrip({ headers: { none: null, several: ['a', null, ''] } });
    expect(headers).toEqual({ none: null, several: [bytes('a'), null, bytes('')] });
  });

  it('reads headers that are called like something every object has', async () => {
    const headers: unknown = JSON.parse('{"constructor":"a","__proto__":"b","toString":["c","d"]}');
    const record = await roundTrip({ headers });
    expect(Object.entries(record.headers ?? {})).toEqual([
      ['constructor', bytes('a')],
      ['__proto__', bytes('b')],
      ['toString', [bytes('c'), bytes('d')]],
    ]);
  });

  it('lists headers in their order, with repetitions, nulls and names that are not UTF-8', async () => {
    const headerList = [
      { key: bytes('a'), value: bytes('1') },
      { key: Buffer.from([0xff]), value: null },
      { key: bytes('a'), value: null },
      { key: bytes(''), value: bytes('') },
      { key: bytes('a'), value: bytes('2') },
    ];
    const record = await roundTrip({ headers: headerList });
    expect(record).toMatchObject({ headerList });
    expect(record.headers).toMatchObject({ a: [bytes('1'), null, bytes('2')] });
  });

  it('reads 100,000 headers in time that grows with their number', async () => {
    const headers = Array.from({ length: 100_000 }, (_, index) => ({ key: `h${index}`, value: '' }));
    // Minutes as it is published, which copies all of them for each: the test's own time limit ends it.
    const record = await roundTrip({ headers });
    expect(Object.keys(record.headers ?? {})).toHaveLength(headers.length);
  });

  it('chooses a partition for a long key in time that grows with its length', async () => {
    // Minutes as it is published: the test's own time limit ends it.
    const { key } = await roundTrip({ key: Buffer.alloc(1_000_000, 'key') });
    expect(key).toHaveLength(1_000_000);
  });

  it('sends 100,000 records to a partition in time that grows with their number', async () => {
    const topic = await freshTopic({ partitions: 1 });
    const producer = testKafka().producer();
    opened.push(() => producer.disconnect());
    await producer.connect();
    // Minutes as it is published, which copies all those before for each.
    await producer.send({ topic, messages: Array.from({ length: 100_000 }, () => ({ value: '' })) });
    expect(await readAll(topic)).toHaveLength(100_000);
  });

  it('reads a batch of 130,000 records, and gives way to everything else meanwhile', async () => {
    const topic = await freshTopic();
    const producer = await RawProducer.connect(testBootstrapServers());
    opened.push(() => producer.close());
    const records = Array.from({ length: 130_000 }, () => ({ key: null, value: null }));
    await producer.send(topic, 0, recordBatch(records, 'gzip'));

    let turnsOfOthers = 0;
    const others = setInterval(() => (turnsOfOthers += 1), 1);
    const { values, turnsAtFirst } = await readValues(topic, { until: 130_000, atFirst: () => turnsOfOthers });
    clearInterval(others);
    expect(values).toHaveLength(130_000);
    // It takes some hundred milliseconds to read, and as it is published, nothing else happens then.
    expect(turnsAtFirst).toBeGreaterThan(10);
  });

  it.each<[string, readonly WrittenRecord[]]>([
    ['records', Array.from({ length: 250_001 }, () => nothing)],
    [
      'headers',
      Array.from({ length: 3 }, () => ({ ...nothing, headers: Array.from({ length: 200_001 }, () => none) })),
    ],
    ['bytes in a record', [{ key: null, value: Buffer.alloc(8 * 1_048_576 + 1) }]],
  ])('hands a batch with too many %s over as one record, packed, and reads those behind it', async (_what, records) => {
    const topic = await freshTopic();
    const producer = await RawProducer.connect(testBootstrapServers());
    opened.push(() => producer.close());
    await producer.send(topic, 0, recordBatch(records, 'gzip'));
    await producer.send(topic, 0, recordBatch([{ key: null, value: bytes('behind') }]));
    const read = await readAll(topic, 2);
    expect(read).toMatchObject([
      { offset: String(records.length - 1), key: null, unreadable: expect.any(String) },
      { offset: String(records.length), value: bytes('behind') },
    ]);
  });

  it('reads no more of a fetch than memory bears, and the rest with the next', async () => {
    const topic = await freshTopic();
    const producer = await RawProducer.connect(testBootstrapServers());
    opened.push(() => producer.close());
    const megabyte = recordBatch(
      Array.from({ length: 8 }, () => ({ key: null, value: Buffer.alloc(1_048_576) })),
      'gzip',
    );
    for (let batch = 0; batch < 6; batch += 1) await producer.send(topic, 0, megabyte);
    const { values, fetched } = await readValues(topic, { until: 48 });
    expect(values).toHaveLength(48);
    expect(Math.max(...fetched)).toBeLessThanOrEqual(24);
  });

  it.each<[string, number, readonly ({ by: 'a' | 'b' } & Message)[]]>([
    [
      'that end in another order than they began',
      0,
      [
        { by: 'a', value: 'a' },
        { by: 'b', value: 'b' },
      ],
    ],
    [
      'both of which began before the first record that is fetched',
      2,
      ['a', 'b', 'b', 'a'].map((by) => ({ by: by as 'a' | 'b', value: by })),
    ],
    [
      'with a record that has the key of a mark',
      0,
      [
        { by: 'a', key: Buffer.alloc(4), value: 'a' },
        { by: 'a', value: 'a' },
        { by: 'b', value: 'b' },
      ],
    ],
  ])('passes over the records of aborted transactions %s', async (_which, from, records) => {
    const topic = await freshTopic();
    const [a, b] = [await openTransaction(), await openTransaction()];
    for (const { by, ...message } of records) await { a, b }[by].send({ topic, messages: [message] });
    await b.abort();
    await a.abort();
    const committed = await openTransaction();
    await committed.send({ topic, messages: [{ value: 'committed' }] });
    await committed.commit();
    expect((await readValues(topic, { from, until: 1 })).values).toEqual(['committed']);
  });
});
