import { parsePaymentEvent } from '@koosco/payment-contracts';
import { type PaymentOutbox } from '@koosco/payment-db';
import { type RecordBatch } from '@koosco/payment-kafka';
import { logEach, type Logger } from '@koosco/payment-observability';
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
    private readonly logger: Logger,
  ) {}

  /** The rows are PUBLISHED when this returns; when it throws, give it the batch again. */
  async handle(batch: RecordBatch): Promise<void> {
    const { topic, records } = batch;
    const ids = records.map(outboxIdOf).filter((id) => id !== null);
    const newlyPublished = await this.outbox.markPublished(ids);
    this.metrics.countReadBack({ topic, records: records.length, newlyPublished });
    // Where every row was PUBLISHED already, this batch is one that was read before, and logged then.
    if (newlyPublished > 0 && this.logger.isLevelEnabled('info')) this.#log(batch);
  }

  /** What was published, under the correlation id that each event carries. */
  #log({ topic, partition, records }: RecordBatch): void {
    const lines = records.flatMap((record) => {
      const outboxId = outboxIdOf(record);
      const parsed = parsePaymentEvent(record);
      // A record of foreign origin has no row, and what a contract forbids was never in one.
      if (outboxId === null || parsed.kind !== 'ok') return [];
      const { id: eventId, type, data } = parsed.event;
      const { paymentId, correlationId, sequence } = data;
      const place = { topic, partition, offset: record.offset, outboxId: outboxId.toString() };
      const fields = { orderId: data.orderId.toString(), paymentId, correlationId, eventId, sequence, ...place };
      return [{ fields, message: `event published: ${type}` }];
    });
    logEach(this.logger, 'orderId', lines);
  }
}
