import { type OutboxPublication, type PendingRow } from '@koosco/payment-db';
import { type ProducedRecord, type RecordProducer } from '@koosco/payment-kafka';
import { wavesOf } from './waves-of';

/** Of one reading. To find the oldest costs as much as to have them, so several rounds live on one. */
const ROWS_READ_MAX = 5_000;
/** Of one round. Together with the limit of bytes it fits into a batch of any topic. */
const ROWS_MAX = 1_000;
const BYTES_MAX = 700_000;
/** To mark a row costs the database more than to read and to send it costs anybody. */
const MARKINGS_MAX = 3;

export interface OutboxPublisherOptions {
  readonly outbox: Pick<OutboxPublication, 'pending' | 'published'>;
  /** `sendTogether` resolves when all are stored; it throws when that is not known of every one. */
  readonly producer: Pick<RecordProducer, 'sendTogether'>;
  /** @throws when another one may publish by the time that something sent now would be stored. */
  readonly requireLease: () => void;
  readonly onPublished: (rows: readonly PendingRow[]) => void;
}

/**
 * Brings rows to their topics as a connector would: the same topics, keys, headers and payloads, byte for byte. One for each time that
 * the lease is had: what it has read may have been published by whoever had the lease in between.
 */
export class OutboxPublisher {
  /** Read and not sent yet, in the order of their ids. */
  #waiting: readonly PendingRow[] = [];
  /** Rows that are stored and are being marked while the next ones are sent; the longest under way is first. */
  #marking: readonly Marking[] = [];

  constructor(private readonly options: OutboxPublisherOptions) {}

  /**
   * Sends some of what is PENDING, and has it marked once every replica has it. When it throws, what was sent may be stored and is sent
   * again with a later round, in the same order: nothing is sent before all that stands before it in its payment is stored.
   * @returns how many rows it has sent; 0 when there was nothing to do, and then everything is marked.
   */
  async round(): Promise<number> {
    const { outbox, producer, requireLease } = this.options;
    const waiting = this.#waiting.length > 0 ? this.#waiting : await outbox.pending(ROWS_READ_MAX, this.#stored());
    // Until these are stored, nothing that was read behind them is to be had without reading it again.
    this.#waiting = [];
    const rows = fitting(waiting);
    for (const wave of wavesOf(rows)) {
      requireLease();
      await producer.sendTogether(wave.map(recordOf));
    }
    // Where nothing is left to send, whoever waits for the marks is told now what became of them.
    await this.#settleUntil(rows.length === 0 ? 0 : MARKINGS_MAX - 1);
    if (rows.length > 0) this.#mark(rows);
    this.#waiting = waiting.slice(rows.length);
    return rows.length;
  }

  /** Resolves when what was sent is marked. @throws when it could not be; it is found and sent again. */
  settle(): Promise<void> {
    return this.#settleUntil(0);
  }

  async #settleUntil(left: number): Promise<void> {
    while (this.#marking.length > left) {
      const [first, ...others] = this.#marking;
      this.#marking = others;
      await first?.done;
    }
  }

  #stored(): readonly bigint[] {
    return this.#marking.flatMap(({ ids }) => ids);
  }

  #mark(rows: readonly PendingRow[]): void {
    const { outbox, onPublished } = this.options;
    const ids = rows.map(({ id }) => id);
    const done = outbox.published(ids).then(() => {
      onPublished(rows);
    });
    // Whoever settles is told of it.
    done.catch(() => undefined);
    this.#marking = [...this.#marking, { ids, done }];
  }
}

interface Marking {
  readonly ids: readonly bigint[];
  readonly done: Promise<void>;
}

/** At least one. */
function fitting(rows: readonly PendingRow[]): readonly PendingRow[] {
  let bytes = 0;
  const end = rows.findIndex(({ payload, key }, index) => {
    bytes += Buffer.byteLength(payload) + Buffer.byteLength(key);
    return index === ROWS_MAX || (bytes > BYTES_MAX && index > 0);
  });
  return end === -1 ? rows : rows.slice(0, end);
}

/** As Debezium's outbox router and Connect's SimpleHeaderConverter write it, but for headers without a value. */
function recordOf(row: PendingRow): ProducedRecord & { readonly topic: string } {
  const { id, topic, key, eventType, payload, traceParent } = row;
  const trace = traceParent === null ? {} : { traceparent: traceParent };
  return { topic, key, value: payload, headers: { id: id.toString(), ce_type: eventType, ...trace } };
}
