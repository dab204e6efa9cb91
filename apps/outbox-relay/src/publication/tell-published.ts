import { parsePaymentEvent, type PaymentEvent } from '@koosco/payment-contracts';
import {
  isTracing,
  type LineOfOne,
  logEach,
  type Logger,
  recordSpan,
  traceFieldsOf,
  traceParentOf,
} from '@koosco/payment-telemetry';

/** An event of an outbox row that stands on its topic. */
export interface PublishedEvent {
  readonly id: bigint;
  readonly record: Parameters<typeof parsePaymentEvent>[0];
  /** Since when it stands there, by the clock of whoever sent it. */
  readonly atMs: number;
  /** Where it stands, as far as that is known. */
  readonly place: Readonly<Record<string, string | number>>;
}

/**
 * Says what was published: in the log, under the correlation id that each event carries, and in the trace that it carries. Where
 * nobody wants to know, no event is asked for.
 */
export function tellPublished(events: Iterable<PublishedEvent>, logger: Logger): void {
  if (!logger.isLevelEnabled('info') && !isTracing()) return;
  const lines: LineOfOne[] = [];
  for (const published of events) {
    const parsed = parsePaymentEvent(published.record);
    // What a contract forbids was never in a row of ours.
    if (parsed.kind !== 'ok') continue;
    lines.push(lineOf(parsed.event, published));
    trace(parsed.event, published);
  }
  logEach(logger, 'orderId', lines);
}

function lineOf({ id: eventId, type, data, traceparent }: PaymentEvent, { id, place }: PublishedEvent): LineOfOne {
  const { paymentId, correlationId, sequence } = data;
  const fields = { orderId: data.orderId.toString(), paymentId, correlationId, eventId, sequence };
  return {
    fields: { ...fields, ...traceFieldsOf(traceparent), ...place, outboxId: id.toString() },
    message: `event published: ${type}`,
  };
}

/** From its transaction to its topic: what the outbox, the binary log and whoever reads it have taken. */
function trace({ id, type, time, data, traceparent }: PaymentEvent, { atMs, place }: PublishedEvent): void {
  const startMs = Date.parse(time ?? '');
  if (Number.isNaN(startMs)) return;
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'publish',
    'messaging.destination.name': place['topic'] ?? '',
    'messaging.message.id': id,
    'payment.id': data.paymentId,
    'payment.order_id': data.orderId.toString(),
  };
  recordSpan(
    { name: `publish ${type}`, kind: 'PRODUCER', startMs, endMs: atMs, attributes },
    traceParentOf(traceparent),
  );
}
