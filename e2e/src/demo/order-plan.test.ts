import { describe, expect, it } from '@jest/globals';
import { type PlannedOrder, planOrders } from './order-plan';

const shareOf = (orders: readonly PlannedOrder[], is: (order: PlannedOrder) => boolean) =>
  orders.filter(is).length / orders.length;

describe('planOrders', () => {
  const orders = planOrders(4_000);

  it('plans the same orders for the same number', () => {
    expect(planOrders(4_000)).toEqual(orders);
    expect(planOrders(1)).toMatchObject([{ orderId: 1n, story: 'pays' }]);
  });

  it('gives every story its share', () => {
    expect(shareOf(orders, ({ story }) => story === 'is declined')).toBe(0.1);
    expect(shareOf(orders, ({ story }) => story === 'pays a wrong amount')).toBe(0.05);
    expect(shareOf(orders, ({ story }) => story === 'owes nothing')).toBe(0.025);
    expect(shareOf(orders, ({ story }) => story === 'pays')).toBe(0.825);
  });

  it('never uses an order id twice, and one in ten is one that a double cannot hold', () => {
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(orders.length);
    expect(shareOf(orders, ({ orderId }) => BigInt(Number(orderId)) !== orderId)).toBe(0.1);
  });

  it('asks 0 won only of whom it asks nothing', () => {
    expect(orders.filter(({ amount, story }) => (amount === 0n) !== (story === 'owes nothing'))).toEqual([]);
    expect(orders.filter(({ amount }) => amount < 0n)).toEqual([]);
  });

  it('has every oddity, every pair of them and each in every story within 200 orders', () => {
    const few = planOrders(200);
    const oddities: ((order: PlannedOrder) => boolean)[] = [
      ({ sendsEventTwice }) => sendsEventTwice,
      ({ hasSecondEvent }) => hasSecondEvent,
      ({ confirmsTwice }) => confirmsTwice,
    ];
    for (const one of oddities) for (const other of oddities) expect(few.some((o) => one(o) && other(o))).toBe(true);
    for (const told of ['pays', 'is declined', 'pays a wrong amount', 'owes nothing']) {
      for (const is of oddities) expect(few.some((order) => order.story === told && is(order))).toBe(true);
    }
  });
});
