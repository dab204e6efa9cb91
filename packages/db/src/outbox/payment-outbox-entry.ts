import { partitionKeyOf, type PaymentEvent, serializePaymentEvent, topicOf } from '@koosco/payment-contracts';
import { type ColumnMapping } from '../transaction/column-mapping';

/** A row of `payment_outbox` as it is inserted: one event on its way to Kafka. */
export interface PaymentOutboxEntry {
  /** The payment's id. */
  readonly aggregateId: string;
  readonly aggregateType: 'Payment';
  readonly eventType: string;
  /** The CloudEvent as JSON text, byte for byte what the topic gets. */
  readonly payload: string;
  readonly topic: string;
  readonly partitionKey: string;
  readonly status: 'PENDING';
  /** The W3C trace context that the event carries, for the header of that name. */
  readonly traceParent: string | null;
}

/** The server tells the time of an insert by itself. */
export const outboxColumns: ColumnMapping<PaymentOutboxEntry> = {
  aggregateId: 'aggregate_id',
  aggregateType: 'aggregate_type',
  eventType: 'event_type',
  payload: 'payload',
  topic: 'topic',
  partitionKey: 'partition_key',
  status: 'status',
  traceParent: 'trace_parent',
};

/** @throws TypeError when the event does not keep its contract: better no commit than an event nobody can read. */
export function outboxEntryOf(event: PaymentEvent): PaymentOutboxEntry {
  return {
    aggregateId: event.data.paymentId,
    aggregateType: 'Payment',
    eventType: event.type,
    payload: serializePaymentEvent(event),
    topic: topicOf(event),
    partitionKey: partitionKeyOf(event),
    status: 'PENDING',
    traceParent: event.traceparent ?? null,
  };
}
