import { type PaymentOutbox } from '@koosco/payment-db';
import { type RecordBatch } from '@koosco/payment-kafka';
import { type RelayMetrics } from '../../relay-metrics';
import { outboxIdOf } from './outbox-id-of';

/**
 * Reads the payment topics back: an outbox row is PUBLISHED when its event was seen on its topic, not when somebody
 * meant to send it. Seeing an event twice changes nothing.
 */
export class PublishedEventReader {
  constructor(
    private readonly outbox: PaymentOutbox,
    private readonly metrics: RelayMetrics,
  ) {}

  /** The rows are PUBLISHED when this returns; when it throws, give it the batch again. */
  async handle({ topic, records }: RecordBatch): Promise<void> {
    const ids = records.map(outboxIdOf).filter((id) => id !== null);
    const newlyPublished = await this.outbox.markPublished(ids);
    this.metrics.countReadBack({ topic, records: records.length, newlyPublished });
  }
}
