import { type OrderEvent } from './order-event.js';
import { type PaymentEvent } from './payment-event.js';

/** The saga an event belongs to: its correlation id, or the order id where that is missing or empty. */
export function correlationIdOf({ data }: OrderEvent | PaymentEvent): string {
  const { correlationId } = data;
  return correlationId === undefined || correlationId === '' ? data.orderId.toString() : correlationId;
}
