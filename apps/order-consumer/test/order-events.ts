import { newOrderEvent, type OrderPlacedEvent, serializeOrderEvent } from '@koosco/payment-contracts';
import { randomUUID } from 'node:crypto';

let lastOrderId = 1_000n;

export const nextOrderId = () => (lastOrderId += 1n);

export type OrderData = OrderPlacedEvent['data'];

/** The value of a record, as order-service writes it. */
export function orderPlaced(data: Partial<OrderData> = {}, id: string = randomUUID()): string {
  const event = newOrderEvent('order.placed', {
    id,
    time: new Date(),
    data: { orderId: nextOrderId(), userId: 7n, payableAmount: 10_000n, items: [{ skuId: 1n, quantity: 1 }], ...data },
  });
  return serializeOrderEvent(event);
}

/** The same with fields of the envelope or the data replaced by anything, or left out where they are undefined. */
export function spoiled(fields: { envelope?: object; data?: object }): string {
  const event = JSON.parse(orderPlaced()) as { data: object };
  return JSON.stringify({ ...event, ...fields.envelope, data: { ...event.data, ...fields.data } });
}

export function orderCancelled(orderId: bigint, id: string = randomUUID(), reason = 'USER_REQUEST'): string {
  return serializeOrderEvent(newOrderEvent('order.cancelled', { id, time: new Date(), data: { orderId, reason } }));
}

export function refundRequested(
  data: { orderId: bigint; refundAmount: bigint; userId?: bigint },
  id: string = randomUUID(),
): string {
  return serializeOrderEvent(newOrderEvent('order.refund.requested', { id, time: new Date(), data }));
}
