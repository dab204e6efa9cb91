import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { freshTopic, readAll, testKafka } from '../../test/test-kafka';
import { RecordProducer } from './record-producer';
import { RecordTooLarge } from './record-too-large';

let producer: RecordProducer;

beforeAll(async () => {
  producer = await RecordProducer.connect(testKafka());
});

afterAll(() => producer.close());

describe('RecordProducer', () => {
  it('stores bytes, null values and repeated headers as they are, and more records than a batch may hold', async () => {
    const topic = await freshTopic();
    const odd = {
      key: Buffer.from([0xff, 0x00]),
      value: Buffer.from([0xc3, 0x28]),
      headers: { 'x-repeated': ['a', 'b'], 'x-bytes': Buffer.from([0xfe]) },
    };
    // Three times what a topic takes in one batch.
    const many = Array.from({ length: 3_000 }, (_, index) => ({ key: null, value: `${index}:`.padEnd(1_000, '.') }));
    await producer.send(topic, [odd, { key: 'k', value: null }, ...many]);

    const [first, second, ...rest] = await readAll(topic);
    expect(first).toMatchObject({ key: odd.key, value: odd.value });
    expect(first?.headers).toEqual({
      'x-repeated': [Buffer.from('a'), Buffer.from('b')],
      'x-bytes': odd.headers['x-bytes'],
    });
    expect(second).toMatchObject({ key: Buffer.from('k'), value: null });
    expect(rest.map(({ value }) => String(value))).toEqual(many.map(({ value }) => value));
  });

  it('compresses a record that is large by itself', async () => {
    const topic = await freshTopic();
    const value = 'x'.repeat(2_000_000);
    await producer.send(topic, [{ key: null, value }]);
    expect((await readAll(topic)).map((record) => String(record.value) === value)).toEqual([true]);
  });

  it('says how many it stored before a record that the topic does not take, and works on', async () => {
    const topic = await freshTopic();
    const values = ['a', 'b', randomBytes(1_100_000), 'c'];
    const sent = producer.send(
      topic,
      values.map((value) => ({ key: null, value })),
    );
    await expect(sent).rejects.toThrow(RecordTooLarge);
    await expect(sent).rejects.toMatchObject({ stored: 2 });
    await producer.send(topic, [{ key: null, value: 'next' }]);
    expect((await readAll(topic)).map(({ value }) => String(value))).toEqual(['a', 'b', 'next']);
  });

  it('puts a key where the Java clients put it', async () => {
    const topic = await freshTopic({ partitions: 3 });
    // What BuiltInPartitioner.partitionForKey(key, 3) of the Java client 4.2.1 returns.
    const expected = { '1': 0, '2': 2, '42': 1, '12345': 2, '018f2c5e-0000-7000-8000-000000000001': 0 };
    await producer.send(
      topic,
      Object.keys(expected).map((key) => ({ key, value: key })),
    );
    const records = await readAll(topic);
    expect(Object.fromEntries(records.map(({ key, partition }) => [String(key), partition]))).toEqual(expected);
  });

  it('puts a record where it is told, whatever its key', async () => {
    const topic = await freshTopic({ partitions: 3 });
    await producer.send(
      topic,
      [0, 2, 4].map((partition) => ({ key: 'k', value: String(partition), partition })),
    );
    const records = await readAll(topic);
    expect(Object.fromEntries(records.map(({ value, partition }) => [String(value), partition]))).toEqual({
      '0': 0,
      '2': 2,
      '4': 1,
    });
  });

  it('rejects for a topic that does not exist, and does not create it', async () => {
    const sent = producer.send('nowhere', [{ key: null, value: 'a' }]);
    await expect(sent).rejects.toThrow(/known to be stored in nowhere: .*topic/i);
    await expect(sent).rejects.toMatchObject({ stored: 0 });
  });
});
