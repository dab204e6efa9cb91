import { parsePaymentEvent } from '@koosco/payment-contracts';
import { logEach, type Logger } from '@koosco/payment-telemetry';

/** An event of an outbox row that stands on its topic. */
export interface PublishedEvent {
  readonly id: bigint;
  readonly record: Parameters<typeof parsePaymentEvent>[0];
  /** Where it stands, as far as that is known. */
  readonly place: Readonly<Record<string, unknown>>;
}

/** Says what was published, under the correlation id that each event carries. */
export function logPublished(events: readonly PublishedEvent[], logger: Logger): void {
  if (!logger.isLevelEnabled('info')) return;
  const lines = events.flatMap(({ id, record, place }) => {
    const parsed = parsePaymentEvent(record);
    // What a contract forbids was never in a row of ours.
    if (parsed.kind !== 'ok') return [];
    const { id: eventId, type, data } = parsed.event;
    const { paymentId, correlationId, sequence } = data;
    const fields = { orderId: data.orderId.toString(), paymentId, correlationId, eventId, sequence };
    return [{ fields: { ...fields, ...place, outboxId: id.toString() }, message: `event published: ${type}` }];
  });
  logEach(logger, 'orderId', lines);
}
