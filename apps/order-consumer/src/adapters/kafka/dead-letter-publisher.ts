import { dltTopicOf } from '@koosco/payment-contracts';
import {
  enclose,
  type KafkaRecord,
  type ProducedRecord,
  type RecordOrigin,
  type RecordPart,
  type RecordProducer,
  RecordsNotStored,
  RecordTooLarge,
  sizesOf,
  slicesOf,
} from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';
import { createHash } from 'node:crypto';
import { type DeadLetter } from './dead-letter';

/** Kafka headers are small by custom; a reason that lists a thousand faulty items says enough in its first kilobyte. */
const REASON_CHARACTERS_MAX = 1_000;

/**
 * Parks records that can never be processed in `<topic>.dlt`. Nothing of a foreign record becomes a key or a header of
 * its dead letter, where it might be refused or take the place of ours: all of it is in the envelope that is the value.
 */
export class DeadLetterPublisher {
  /** Those that are stored, of batches that failed behind them: parked again, they are left out. */
  readonly #parked = new WeakSet<KafkaRecord>();

  constructor(
    private readonly producer: Pick<RecordProducer, 'send'>,
    private readonly logger: Logger,
  ) {}

  /**
   * Parks what is not parked yet.
   * @throws when not every one of them is known to be stored; then park all of them again. What the broker has told to
   * be stored is stored once; what it took without telling is stored again: twice is better than never.
   */
  async park(origin: RecordOrigin, letters: readonly DeadLetter[]): Promise<void> {
    const waiting = letters.filter(({ record }) => !this.#parked.has(record));
    for await (const slice of slicesOf(waiting, ({ record }) => record)) await this.#parkSlice(origin, slice);
  }

  async #parkSlice(origin: RecordOrigin, letters: readonly DeadLetter[]): Promise<void> {
    for (let rest = letters; rest.length > 0;) {
      const stored = await this.#parkUntilTooLarge(origin, rest);
      const tooLarge = rest[stored];
      if (tooLarge === undefined) return;
      await this.#parkLarge(origin, tooLarge);
      this.#parked.add(tooLarge.record);
      rest = rest.slice(stored + 1);
    }
  }

  /** @returns how many are stored: all, or those before one that is too large. */
  async #parkUntilTooLarge(origin: RecordOrigin, letters: readonly DeadLetter[]): Promise<number> {
    const remember = (stored: number) => letters.slice(0, stored).forEach(({ record }) => this.#parked.add(record));
    try {
      const stored = await this.#store(
        origin.topic,
        letters.map((letter) => parkedRecord(origin, letter)),
      );
      remember(stored);
      return stored;
    } catch (error) {
      if (error instanceof RecordsNotStored) remember(error.stored);
      throw error;
    }
  }

  /**
   * A record that filled its own topic's limit may not fit beside what we say of it. Then its largest part is left out,
   * or all of them: the letter leads to the bytes, which the record's own topic keeps for as long as it keeps anything.
   */
  async #parkLarge(origin: RecordOrigin, letter: DeadLetter): Promise<void> {
    const sizes = sizesOf(letter.record);
    const bySize = parts.toSorted((a, b) => sizes[b] - sizes[a]);
    for (const leftOut of [[], bySize.slice(0, 1), parts]) {
      const stored = await this.#store(origin.topic, [parkedRecord(origin, letter, leftOut)]);
      if (stored === 0) continue;
      if (leftOut.length > 0) {
        const { offset } = letter.record;
        this.logger.error({ ...origin, offset, leftOut, sizes }, 'dead letter parked in part: it is too large');
      }
      return;
    }
    throw new Error(`${dltTopicOf(origin.topic)} does not even take an empty dead letter`);
  }

  /** @returns how many are stored: all, or those before one that is too large. */
  async #store(topic: string, records: readonly ProducedRecord[]): Promise<number> {
    try {
      await this.producer.send(dltTopicOf(topic), records);
      return records.length;
    } catch (error) {
      if (error instanceof RecordTooLarge) return error.stored;
      throw error;
    }
  }
}

const parts: readonly RecordPart[] = ['key', 'headers', 'value'];

function parkedRecord(origin: RecordOrigin, letter: DeadLetter, leftOut: readonly RecordPart[] = []): ProducedRecord {
  const { record, reason } = letter;
  const value = record.value ?? Buffer.alloc(0);
  return {
    key: null,
    partition: origin.partition,
    value: enclose(origin, record, leftOut),
    headers: {
      'dlt-reason': reason.slice(0, REASON_CHARACTERS_MAX),
      'dlt-original-topic': origin.topic,
      'dlt-original-partition': String(origin.partition),
      'dlt-original-offset': record.offset,
      'dlt-original-timestamp': record.timestamp,
      'dlt-original-value-bytes': String(value.length),
      'dlt-original-value-sha256': createHash('sha256').update(value).digest('hex'),
    },
  };
}
