import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nextOrderId, orderCancelled, orderPlaced, refundRequested } from '../test/order-events';
import { cancelTopic, OrderStack, refundTopic } from '../test/order-stack';
import { type WorkerProcess } from '../test/worker-process';

let stack: OrderStack;
let worker: WorkerProcess;

beforeAll(async () => {
  stack = await OrderStack.start();
  worker = stack.worker();
  await worker.ready();
});

afterAll(() => stack.stop());

async function consume(topic: string | undefined, ...values: string[]): Promise<void> {
  await stack.send(
    values.map((value) => ({ value })),
    topic,
  );
  await stack.drained(topic);
}

/** An order whose payment is approved, as confirm-api would have left it. */
async function paidOrder(amount = 10_000n): Promise<bigint> {
  const orderId = nextOrderId();
  await consume(undefined, orderPlaced({ orderId, payableAmount: amount }));
  await stack.query(
    `UPDATE payment SET status = 'APPROVED', payment_key = CONCAT('key-', order_id), approved_at = NOW(3), version = 2,
       sequence = 2 WHERE order_id = ?`,
    [orderId],
  );
  return orderId;
}

const refundsOf = (orderId: bigint) =>
  stack.query<Record<string, unknown>>(
    'SELECT origin, amount, status, reason, payment_key FROM payment_refund WHERE order_id = ? ORDER BY id',
    [orderId],
  );

async function lettersOf(topic: string, orderId: bigint): Promise<readonly string[]> {
  const letters = await stack.deadLetters(topic);
  return letters
    .filter(({ record }) => record.value?.includes(`"orderId":${orderId}`))
    .map(({ headers }) => String(headers['dlt-reason']));
}

describe('order.refund.requested', () => {
  it('makes a refund due, once however often it comes, and calls nobody', async () => {
    const orderId = await paidOrder();
    const event = refundRequested({ orderId, refundAmount: 3_000n, userId: 7n }, 'refund-1');
    await consume(refundTopic, event, event, refundRequested({ orderId, refundAmount: 7_000n }));
    const refund = { origin: 'ORDER_REFUND', status: 'REQUESTED', payment_key: `key-${orderId}` };
    expect(await refundsOf(orderId)).toMatchObject([
      { ...refund, amount: 3_000n },
      { ...refund, amount: 7_000n },
    ]);
  });

  it('is parked, with its reason, where there is nothing to give back', async () => {
    const [unknown, ready] = [nextOrderId(), nextOrderId()];
    const paid = await paidOrder();
    await consume(undefined, orderPlaced({ orderId: ready }));
    await consume(
      refundTopic,
      refundRequested({ orderId: unknown, refundAmount: 1n }),
      refundRequested({ orderId: ready, refundAmount: 1n }),
      refundRequested({ orderId: paid, refundAmount: 1n, userId: 8n }),
      refundRequested({ orderId: paid, refundAmount: 10_001n }),
      '{',
    );
    expect(await lettersOf(refundTopic, unknown)).toEqual(['data.orderId has no payment']);
    expect(await lettersOf(refundTopic, ready)).toEqual(['the payment of data.orderId has nothing that was paid']);
    expect(await lettersOf(refundTopic, paid)).toEqual([
      'data.userId is not the user of the payment that this order has',
      'data.refundAmount is more than the payment has left and not reserved',
    ]);
    expect(await refundsOf(paid)).toEqual([]);
  });
});

describe('order.cancelled', () => {
  it('calls a payment off that nobody has begun to pay, and says so once', async () => {
    const orderId = nextOrderId();
    await consume(undefined, orderPlaced({ orderId }));
    await consume(cancelTopic, orderCancelled(orderId, 'c-1'), orderCancelled(orderId, 'c-1'), orderCancelled(orderId));
    const [payment] = await stack.payments([orderId]);
    expect(payment).toMatchObject({ status: 'CANCELED' });
    expect(payment?.events.map(({ type }) => type)).toEqual(['payment.created', 'payment.canceled']);
  });

  it('makes everything due that was paid and is not given back yet', async () => {
    const orderId = await paidOrder();
    await consume(refundTopic, refundRequested({ orderId, refundAmount: 4_000n }));
    await consume(cancelTopic, orderCancelled(orderId));
    expect(await refundsOf(orderId)).toMatchObject([
      { origin: 'ORDER_REFUND', amount: 4_000n },
      { origin: 'ORDER_CANCELLED', amount: 6_000n },
    ]);
  });

  it('is remembered for an order that is announced later, whose payment is then born cancelled', async () => {
    const orderId = nextOrderId();
    await consume(cancelTopic, orderCancelled(orderId));
    await consume(undefined, orderPlaced({ orderId }), orderPlaced());
    const [payment] = await stack.payments([orderId]);
    expect(payment).toMatchObject({ status: 'CANCELED' });
    expect(payment?.events.map(({ type }) => type)).toEqual(['payment.created', 'payment.canceled']);
  });

  it('and order.placed at the same moment leave a cancelled payment, whoever is first', async () => {
    const orderIds = Array.from({ length: 200 }, nextOrderId);
    await Promise.all([
      stack.send(orderIds.map((orderId) => ({ value: orderPlaced({ orderId }) }))),
      stack.send(
        orderIds.map((orderId) => ({ value: orderCancelled(orderId) })),
        cancelTopic,
      ),
    ]);
    await Promise.all([stack.drained(), stack.drained(cancelTopic)]);
    const payments = await stack.payments(orderIds);
    expect(payments).toHaveLength(200);
    expect(new Set(payments.map(({ status }) => status))).toEqual(new Set(['CANCELED']));
    expect(new Set(payments.map(({ events }) => events.length))).toEqual(new Set([2]));
  });

  it('has a history that tells the same', async () => {
    const rows = await stack.query<{ wrong: bigint }>(
      `SELECT COUNT(*) AS wrong FROM payment JOIN (
         SELECT payment_id, COUNT(*) AS changes, MAX(sequence) AS sequence,
           SUBSTRING_INDEX(GROUP_CONCAT(to_status ORDER BY sequence DESC), ',', 1) AS status
         FROM payment_history GROUP BY payment_id
       ) AS history USING (payment_id)
       WHERE payment.status = 'CANCELED'
         AND (history.status <> payment.status OR history.sequence <> payment.sequence OR changes <> payment.sequence)`,
    );
    expect(rows).toEqual([{ wrong: 0n }]);
  });
});
