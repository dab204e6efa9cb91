import { type OutboxPublication, type PendingRow } from '@koosco/payment-db';
import { type ProducedRecord, type RecordProducer } from '@koosco/payment-kafka';
import { wavesOf } from './waves-of';

/** Of one round. Together with the limit of bytes it fits into a batch of any topic. */
const ROWS_MAX = 1_000;
const BYTES_MAX = 400_000;

export interface OutboxPublisherOptions {
  readonly outbox: Pick<OutboxPublication, 'pending' | 'published'>;
  /** `sendTogether` resolves when all are stored; it throws when that is not known of every one. */
  readonly producer: Pick<RecordProducer, 'sendTogether'>;
  /** @throws when another one may publish by the time that something sent now would be stored. */
  readonly requireLease: () => void;
  readonly onPublished: (rows: readonly PendingRow[]) => void;
}

/** Brings rows to their topics as a connector would: the same topics, keys, headers and payloads, byte for byte. */
export class OutboxPublisher {
  constructor(private readonly options: OutboxPublisherOptions) {}

  /**
   * Sends some of what is PENDING and marks it, once every replica has it. When it throws, what was sent may be stored and is sent
   * again with the next round, in the same order: rows are marked when all that stand before them in their payment are stored.
   * @returns how many rows it has published; 0 when there was nothing to do.
   */
  async round(): Promise<number> {
    const { outbox, producer, requireLease, onPublished } = this.options;
    const rows = fitting(await outbox.pending(ROWS_MAX));
    for (const wave of wavesOf(rows)) {
      requireLease();
      await producer.sendTogether(wave.map(recordOf));
    }
    await outbox.published(rows.map(({ id }) => id));
    if (rows.length > 0) onPublished(rows);
    return rows.length;
  }
}

/** At least one. */
function fitting(rows: readonly PendingRow[]): readonly PendingRow[] {
  let bytes = 0;
  const end = rows.findIndex(({ payload, key }, index) => {
    bytes += Buffer.byteLength(payload) + Buffer.byteLength(key);
    return bytes > BYTES_MAX && index > 0;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

/** As Debezium's outbox router and Connect's SimpleHeaderConverter write it. */
function recordOf({ id, topic, key, eventType, payload }: PendingRow): ProducedRecord & { readonly topic: string } {
  return { topic, key, value: payload, headers: { id: id.toString(), ce_type: eventType } };
}
