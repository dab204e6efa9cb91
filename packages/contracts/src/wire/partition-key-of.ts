import { type OrderEvent } from '../order-event.js';
import { type PaymentEvent } from '../payment-event.js';

/**
 * The Kafka key of an event. Events of one payment, and events of one order, are in order among themselves because
 * they share a key and with it a partition.
 */
export function partitionKeyOf(event: OrderEvent | PaymentEvent): string {
  return 'paymentId' in event.data ? event.data.paymentId : event.data.orderId.toString();
}
