import { type KafkaRecord, type ProducedRecord, RecordTooLarge } from '@koosco/payment-kafka';
import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../../test/silent-logger';
import { DeadLetterPublisher } from './dead-letter-publisher';

const record = {
  key: Buffer.from('key'),
  value: Buffer.from([0xff, 0x00]),
  headers: { traceparent: Buffer.from('00-1'), repeated: [Buffer.from('a'), Buffer.from('b')] },
  timestamp: '1700000000000',
  attributes: 0,
  offset: '9007199254740993',
} as unknown as KafkaRecord;
const origin = { topic: 'orders', partition: 2 };

/** Keeps what it is sent, unless it is too large for it. */
function topicThatTakes(valueBytesMax = Infinity) {
  const sent: { topic: string; records: readonly ProducedRecord[] }[] = [];
  const send = (topic: string, records: readonly ProducedRecord[]) => {
    if (records.some(({ value }) => (value?.length ?? 0) > valueBytesMax)) {
      return Promise.reject(new RecordTooLarge(topic, { cause: undefined }));
    }
    sent.push({ topic, records });
    return Promise.resolve();
  };
  return { sent, send };
}

describe('DeadLetterPublisher', () => {
  it('parks bytes, key and headers as they came, and says where from and why', async () => {
    const topic = topicThatTakes();
    await new DeadLetterPublisher(topic, silentLogger).park(origin, [{ record, reason: 'data.orderId is missing' }]);
    expect(topic.sent).toEqual([
      {
        topic: 'orders.dlt',
        records: [
          {
            key: record.key,
            value: record.value,
            headers: {
              ...record.headers,
              'dlt-original-topic': 'orders',
              'dlt-original-partition': '2',
              'dlt-original-offset': '9007199254740993',
              'dlt-original-timestamp': '1700000000000',
              'dlt-reason': 'data.orderId is missing',
            },
          },
        ],
      },
    ]);
  });

  it('cuts a long reason', async () => {
    const topic = topicThatTakes();
    await new DeadLetterPublisher(topic, silentLogger).park(origin, [{ record, reason: 'x'.repeat(1_001) }]);
    expect(topic.sent[0]?.records[0]?.headers?.['dlt-reason']).toBe('x'.repeat(1_000));
  });

  it('parks the headers alone of a record that is too large, and the others whole', async () => {
    const topic = topicThatTakes(2);
    const large = { ...record, offset: '8', value: Buffer.alloc(3) };
    const letters = [large, record].map((of) => ({ record: of, reason: 'value is not JSON' }));
    await new DeadLetterPublisher(topic, silentLogger).park(origin, letters);
    expect(topic.sent.flatMap(({ records }) => records)).toMatchObject([
      { key: large.key, value: null, headers: { 'dlt-original-offset': '8', 'dlt-value': 'left out: too large' } },
      { value: record.value },
    ]);
  });

  it('throws when a letter may not be stored, so that the batch is given again', async () => {
    const send = () => Promise.reject(new Error('the broker is away'));
    const parking = new DeadLetterPublisher({ send }, silentLogger).park(origin, [{ record, reason: 'r' }]);
    await expect(parking).rejects.toThrow('the broker is away');
  });
});
