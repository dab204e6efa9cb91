import { dltTopicOf } from '@koosco/payment-contracts';
import { type ProducedRecord, type RecordProducer, RecordTooLarge } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-observability';
import { type DeadLetter } from './dead-letter';

export interface RecordOrigin {
  readonly topic: string;
  readonly partition: number;
}

/** Kafka headers are small by custom; a reason that lists a thousand faulty items says enough in its first kilobyte. */
const REASON_CHARACTERS_MAX = 1_000;

/**
 * Parks records that can never be processed in `<topic>.dlt`: the original bytes, key and headers, and beside them, as
 * text in headers `dlt-…`, where it came from and why.
 */
export class DeadLetterPublisher {
  constructor(
    private readonly producer: Pick<RecordProducer, 'send'>,
    private readonly logger: Logger,
  ) {}

  /** @throws when not every one of them is known to be stored; then park all of them again: twice is better than never. */
  async park(origin: RecordOrigin, letters: readonly DeadLetter[]): Promise<void> {
    const parked = letters.map((letter) => parkedRecord(origin, letter));
    try {
      await this.producer.send(dltTopicOf(origin.topic), parked);
    } catch (error) {
      if (!(error instanceof RecordTooLarge)) throw error;
      for (const record of parked) await this.#parkLarge(origin.topic, record);
    }
  }

  /**
   * A record that filled its own topic's limit no longer fits with our headers beside it. Then its headers are parked
   * alone: they lead to the bytes, which its own topic keeps for as long as it keeps anything.
   */
  async #parkLarge(topic: string, record: ProducedRecord): Promise<void> {
    const deadLetterTopic = dltTopicOf(topic);
    try {
      await this.producer.send(deadLetterTopic, [record]);
    } catch (error) {
      if (!(error instanceof RecordTooLarge)) throw error;
      this.logger.error({ err: error, topic }, 'dead letter parked without its value');
      const headers = { ...record.headers, 'dlt-value': 'left out: too large' };
      await this.producer.send(deadLetterTopic, [{ ...record, value: null, headers }]);
    }
  }
}

function parkedRecord({ topic, partition }: RecordOrigin, { record, reason }: DeadLetter): ProducedRecord {
  return {
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      'dlt-original-topic': topic,
      'dlt-original-partition': String(partition),
      'dlt-original-offset': record.offset,
      'dlt-original-timestamp': record.timestamp,
      'dlt-reason': reason.slice(0, REASON_CHARACTERS_MAX),
    },
  };
}
