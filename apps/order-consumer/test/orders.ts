import { expect } from '@jest/globals';
import { nextOrderId, orderPlaced } from './order-events';
import { type OrderStack } from './order-stack';

export const orders = (count: number) => Array.from({ length: count }, nextOrderId);

/** @returns the offset of the first of them. */
export const sendOrders = (stack: OrderStack, orderIds: readonly bigint[], partition = 0) =>
  stack.send(orderIds.map((orderId) => ({ partition, value: orderPlaced({ orderId }) })));

export async function expectOnePaymentEach(stack: OrderStack, orderIds: readonly bigint[]): Promise<void> {
  const payments = await stack.payments(orderIds);
  expect(payments.map(({ orderId }) => orderId).sort()).toEqual([...orderIds].sort());
  expect(payments.every(({ keys, events }) => keys === 1 && events.length === 1)).toBe(true);
}
