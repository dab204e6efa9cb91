import { type PaymentOutbox, type SeenEvent } from '@koosco/payment-db';
import { type KafkaRecord, outboxIdOf, type RecordBatch, slicesOf } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';
import { tellPublished } from '../../publication/tell-published';
import { type RelayMetrics } from '../../relay-metrics';
import { type ForeignReason } from './foreign-reason';

/**
 * Reads the payment topics back: an outbox row is PUBLISHED when its event was seen on its topic, not when somebody
 * meant to send it. Seeing an event twice changes nothing.
 *
 * Anybody on the cluster may write to these topics. What is no event of ours is counted and passed over, and there is no
 * dead letter of it: nothing was to be done with it, its topic keeps it, and if an event of ours is lost in it, its row
 * stays PENDING, which is what the alarm is for.
 */
export class PublishedEventReader {
  constructor(
    private readonly outbox: PaymentOutbox,
    private readonly metrics: RelayMetrics,
    private readonly logger: Logger,
  ) {}

  /** The rows are PUBLISHED when this returns; when it throws, give it the batch again. */
  async handle({ topic, partition, records }: RecordBatch): Promise<void> {
    const foreign: Record<ForeignReason, number> = { unreadable_batch: 0, no_outbox_id: 0, unlike_its_row: 0 };
    for await (const slice of slicesOf(records, (record) => record)) {
      const seen: (SeenEvent & { readonly record: KafkaRecord })[] = [];
      for (const record of slice) {
        const id = outboxIdOf(record);
        if (record.unreadable !== undefined) foreign.unreadable_batch += 1;
        else if (id === null) foreign.no_outbox_id += 1;
        else seen.push({ id, topic, key: record.key, value: record.value, record });
      }
      const { published, unlike } = await this.outbox.markPublished(seen);
      foreign.unlike_its_row += unlike.length;
      this.metrics.countReadBack({ topic, records: slice.length, newlyPublished: published });
      // Where every row was PUBLISHED already, this was read before, and told then.
      if (published > 0) {
        const events = seen.filter((event) => !unlike.includes(event));
        const placed = events.map(({ id, record }) => ({
          id,
          record,
          atMs: Number(record.timestamp),
          place: { topic, partition, offset: record.offset },
        }));
        tellPublished(placed, this.logger);
      }
    }
    this.metrics.countForeign(topic, foreign);
    if (Object.values(foreign).some((count) => count > 0)) {
      this.logger.warn({ topic, partition, offset: records[0]?.offset, foreign }, 'records that are no events of ours');
    }
  }
}
