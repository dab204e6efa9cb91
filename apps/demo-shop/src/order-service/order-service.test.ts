import { describe, expect, it } from '@jest/globals';
import {
  newPaymentEvent,
  type OrderEvent,
  type PaymentEvent,
  serializeOrderEvent,
  serializePaymentEvent,
} from '@koosco/payment-contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OrderBook } from './order-book';
import { OrderService } from './order-service';
import { type ShopOrder, statusOf } from './shop-order';

const paymentId = '0190d2a0-0000-7000-8000-000000000001';
const tracing = { correlationId: 'order-1', causationId: 'order-1' };

it('the shop follows the recipe of the contracts package to the letter', () => {
  const examples = join(__dirname, '..', '..', '..', '..', 'packages', 'contracts', 'examples');
  const recipe = readFileSync(join(examples, 'idempotent-consumer.ts'), 'utf8');
  expect(readFileSync(join(__dirname, 'idempotent-consumer.ts'), 'utf8')).toBe(recipe);
});

describe('OrderService', () => {
  function placed() {
    const sent: OrderEvent[] = [];
    const book = new OrderBook();
    const publish = (events: readonly OrderEvent[]) => Promise.resolve(void sent.push(...events));
    const service = new OrderService(book, { publish });
    const { order } = service.place({ userId: 1n, items: [{ skuId: 'CUP', quantity: 1 }], payableAmount: 15_000n });
    const { orderId } = order.data;
    const hear = (event: PaymentEvent) => service.paymentHeard({ value: Buffer.from(serializePaymentEvent(event)) });
    const known = () => book.order(orderId) as ShopOrder;
    return { sent, service, orderId, hear, known };
  }

  const events = (orderId: bigint) => {
    const fields = (sequence: number) => ({ paymentId, orderId, sequence, ...tracing });
    const pgTransactionId = 'tx-1';
    return [
      newPaymentEvent('payment.created', {
        ...{ id: 'e1', time: new Date(1_000) },
        data: fields(1),
      }),
      newPaymentEvent('payment.completed', {
        ...{ id: 'e2', time: new Date(2_000) },
        data: {
          ...fields(2),
          ...{ paidAmount: 15_000n, paymentKey: 'key', pgTransactionId, transactionId: pgTransactionId },
          ...{ currency: 'KRW', approvedAt: 2_000 },
        },
      }),
      newPaymentEvent('payment.canceled', {
        ...{ id: 'e3', time: new Date(3_000) },
        data: {
          ...fields(3),
          ...{ pgTransactionId: 'tx-2', canceledAmount: 5_000n, totalCanceledAmount: 5_000n, remainingAmount: 10_000n },
          ...{ isFullyCanceled: false, currency: 'KRW', canceledAt: 3_000 },
        },
      }),
    ] as readonly PaymentEvent[];
  };

  it('comes to the same end in whatever order events are heard, and however often', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 1, 2, 0, 2, 0],
    ]) {
      const { orderId, hear, known } = placed();
      const all = events(orderId);
      for (const index of order) await hear(all[index]!);
      const { paidKrw, refundedKrw, heard } = known();
      expect({ paidKrw, refundedKrw, heard: heard.length, status: statusOf(known()) }).toEqual({
        ...{ paidKrw: 15_000n, refundedKrw: 5_000n, heard: 3, status: 'PARTLY_REFUNDED' },
      });
    }
  });

  it('announces an order once and under its own id, and a cancellation once, also one that comes back to it', async () => {
    const { sent, service, orderId, known } = placed();
    await service.cancel(orderId);
    for (const event of sent) service.orderHeard({ value: Buffer.from(serializeOrderEvent(event)) });
    expect(sent.map(({ type }) => type)).toEqual(['order.placed', 'order.cancelled']);
    expect(known()).toMatchObject({ isCancelled: true, heard: [{ type: 'order.cancelled' }] });
    const other = service.place({ userId: 1n, items: [], payableAmount: 1n }).order;
    expect(other.data.orderId).not.toBe(orderId);
  });
});
