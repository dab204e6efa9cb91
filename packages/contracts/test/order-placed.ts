import { newOrderEvent } from '../src/new-order-event.js';
import { type OrderPlacedEvent } from '../src/order-event.js';

/** A valid event; tests change what they are about. */
export function orderPlaced(data: Partial<OrderPlacedEvent['data']> = {}): OrderPlacedEvent {
  return newOrderEvent('order.placed', {
    id: 'event-1',
    time: new Date('2025-01-25T10:30:00Z'),
    data: { orderId: 12345n, userId: 678n, payableAmount: 50_000n, items: [{ skuId: 'SKU-1', quantity: 1 }], ...data },
  });
}
