import { dltTopicOf } from '@koosco/payment-contracts';
import { type KafkaRecord, type RecordProducer } from '@koosco/payment-kafka';

export interface DeadLetter {
  readonly record: KafkaRecord;
  /** Why no retry could help; names fields, shows no values. */
  readonly reason: string;
}

/** Kafka headers are small by custom; a reason that lists a thousand faulty items says enough in its first kilobyte. */
const REASON_CHARACTERS_MAX = 1_000;

/**
 * Parks records that can never be processed in `<topic>.dlt`: the original bytes, key and headers, and beside them where
 * it came from and why, in the headers that the platform's Spring services write and its tools read.
 */
export class DeadLetterPublisher {
  constructor(private readonly producer: Pick<RecordProducer, 'send'>) {}

  /** @throws when not every one of them is known to be stored; then park all of them again: twice is better than never. */
  async park(origin: { topic: string; partition: number }, letters: readonly DeadLetter[]): Promise<void> {
    const records = letters.map(({ record, reason }) => ({
      key: record.key,
      value: record.value,
      headers: {
        ...record.headers,
        'kafka_dlt-original-topic': origin.topic,
        'kafka_dlt-original-partition': String(origin.partition),
        'kafka_dlt-original-offset': record.offset,
        'kafka_dlt-original-timestamp': record.timestamp,
        'kafka_dlt-exception-message': reason.slice(0, REASON_CHARACTERS_MAX),
      },
    }));
    await this.producer.send(dltTopicOf(origin.topic), records);
  }
}
