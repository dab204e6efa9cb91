import {
  type KafkaRecord,
  openEnvelope,
  type ProducedRecord,
  RecordsNotStored,
  RecordTooLarge,
} from '@koosco/payment-kafka';
import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../../test/silent-logger';
import { DeadLetterPublisher } from './dead-letter-publisher';

const headerList = [
  { key: Buffer.from('dlt-reason'), value: Buffer.from('theirs') },
  { key: Buffer.from('none'), value: null },
];
const record = {
  key: Buffer.from('key'),
  value: Buffer.from([0xff, 0x00]),
  headers: {},
  headerList,
  timestamp: '1700000000000',
  attributes: 0,
  offset: '9007199254740993',
} as KafkaRecord;
const origin = { topic: 'orders', partition: 2 };

/** Keeps what it is sent before the first record that is too large for it. */
function topicThatTakes(valueBytesMax = Infinity) {
  const sent: ProducedRecord[] = [];
  const topics = new Set<string>();
  const send = (topic: string, records: readonly ProducedRecord[]) => {
    topics.add(topic);
    const refused = records.findIndex(({ value }) => (value?.length ?? 0) > valueBytesMax);
    sent.push(...(refused < 0 ? records : records.slice(0, refused)));
    return refused < 0 ? Promise.resolve() : Promise.reject(new RecordTooLarge(topic, refused, { cause: undefined }));
  };
  return { sent, topics, send };
}

const opened = (records: readonly ProducedRecord[]) => records.map(({ value }) => openEnvelope(value!));

describe('DeadLetterPublisher', () => {
  it('parks the whole record as a value, and beside it nothing but where from and why', async () => {
    const topic = topicThatTakes();
    await new DeadLetterPublisher(topic, silentLogger).park(origin, [{ record, reason: 'data.orderId is missing' }]);
    expect([...topic.topics]).toEqual(['orders.dlt']);
    expect(topic.sent).toEqual([
      {
        key: null,
        partition: 2,
        value: expect.any(String),
        headers: {
          'dlt-original-topic': 'orders',
          'dlt-original-partition': '2',
          'dlt-original-offset': '9007199254740993',
          'dlt-original-timestamp': '1700000000000',
          'dlt-original-value-bytes': '2',
          'dlt-original-value-sha256': 'ea5dbf9596d187e9500f23e9a680109475341cf4e81f7e043f7d97152c10772f',
          'dlt-reason': 'data.orderId is missing',
        },
      },
    ]);
    expect(opened(topic.sent)).toEqual([
      {
        ...origin,
        offset: 9_007_199_254_740_993n,
        timestamp: 1_700_000_000_000n,
        key: record.key,
        headers: headerList.map(({ key: name, value }) => ({ name, value })),
        value: record.value,
        cut: {},
      },
    ]);
  });

  it('cuts a long reason', async () => {
    const topic = topicThatTakes();
    await new DeadLetterPublisher(topic, silentLogger).park(origin, [{ record, reason: 'x'.repeat(1_001) }]);
    expect(topic.sent[0]?.headers?.['dlt-reason']).toBe('x'.repeat(1_000));
  });

  it.each([
    ['value', { value: Buffer.alloc(1_000, 'x') }],
    ['key', { key: Buffer.alloc(1_000, 'x') }],
    ['headers', { headerList: [{ key: Buffer.from('h'), value: Buffer.alloc(999, 'x') }] }],
  ])('leaves the %s out where it is too large, and parks the others whole and once', async (part, parts) => {
    const topic = topicThatTakes(500);
    const records = ['7', '8', '9'].map((offset) => ({ ...record, offset, ...(offset === '8' && parts) }));
    const letters = records.map((of) => ({ record: of, reason: 'value is not JSON' }));
    await new DeadLetterPublisher(topic, silentLogger).park(origin, letters);
    expect(opened(topic.sent).map(({ offset, cut }) => [offset, cut])).toEqual([
      [7n, {}],
      [8n, { [part]: 1_000 }],
      [9n, {}],
    ]);
  });

  it('leaves everything out where two parts are too large', async () => {
    const topic = topicThatTakes(500);
    const large = { ...record, key: Buffer.alloc(600), value: Buffer.alloc(700), headerList: [] };
    await new DeadLetterPublisher(topic, silentLogger).park(origin, [{ record: large, reason: 'r' }]);
    expect(opened(topic.sent)).toMatchObject([{ key: null, value: null, cut: { key: 600, headers: 0, value: 700 } }]);
  });

  it('parks again only what is not known to be stored', async () => {
    const topic = topicThatTakes();
    let isAway = true;
    const send = (name: string, records: readonly ProducedRecord[]) => {
      if (!isAway) return topic.send(name, records);
      topic.sent.push(...records.slice(0, 2));
      return Promise.reject(new RecordsNotStored(name, 2, { cause: new Error('the broker is away') }));
    };
    const letters = ['7', '8', '9'].map((offset) => ({ record: { ...record, offset }, reason: 'r' }));
    const publisher = new DeadLetterPublisher({ send }, silentLogger);
    await expect(publisher.park(origin, letters)).rejects.toThrow('the broker is away');
    isAway = false;
    await publisher.park(origin, letters);
    await publisher.park(origin, letters);
    expect(opened(topic.sent).map(({ offset }) => offset)).toEqual([7n, 8n, 9n]);
  });

  it('throws when a letter may not be stored, so that the batch is given again', async () => {
    const send = () => Promise.reject(new Error('the broker is away'));
    const parking = new DeadLetterPublisher({ send }, silentLogger).park(origin, [{ record, reason: 'r' }]);
    await expect(parking).rejects.toThrow('the broker is away');
  });
});
