import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Order, PaymentWorld } from '../../test/payment-world';
import { until } from '../../test/until';

/** Long after the deadline of the request. */
const TOSS_TAKES_MS = 2_000;

let world: PaymentWorld;
let api: string;
beforeAll(async () => {
  world = await PaymentWorld.start();
  api = await world.startApi({ REQUEST_DEADLINE_MS: '300', CONFIRM_WAIT_MS: '200' });
});
afterAll(() => world.stop());

async function slowly(order: Order, route: 'confirm' | 'cancel'): Promise<void> {
  const fault = { kind: 'delay', delayMs: TOSS_TAKES_MS, stage: 'during' } as const;
  await world.sandbox.control.addFault({ route, orderId: order.pgOrderId, times: 1, fault });
}

// No relay runs here: nobody but the request itself can end what it began.
describe('a request that takes longer than its deadline', () => {
  it('charges all the same, is told that nobody knows yet, and is told the truth when it is sent again', async () => {
    const order = await world.order();
    const paymentKey = await world.authenticate(order);
    await slowly(order, 'confirm');
    const late = await world.confirm(api, order, { paymentKey });
    expect([late.status, late.body.error?.code, late.body.error?.details]).toEqual([
      502,
      'PAYMENT-502-001',
      { outcome: 'unknown' },
    ]);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(world.chargesOf(order).count).toBe(0);

    await until(async () => (await world.statusOf(order)) === 'APPROVED');
    expect(await world.confirm(api, order, { paymentKey })).toMatchObject({ status: 200 });
    expect(world.chargesOf(order).count).toBe(1);
    expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.completed']);
  });

  it('gives back all the same, names the payment, and is the same refund when it is sent again', async () => {
    const order = await world.paidOrder(api);
    await slowly(order, 'cancel');
    const late = await world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'late' });
    expect([late.status, late.body.error?.details]).toEqual([502, { outcome: 'unknown' }]);
    const { payment } = await world.rowsOf(order);
    expect(late.headers.get('location')).toBe(`/api/payments/${String(payment!['payment_id'])}`);
    expect(world.refundsOf(order).count).toBe(0);

    await until(async () => (await world.statusOf(order)) === 'PARTIALLY_CANCELED');
    expect(await world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'late' })).toMatchObject({ status: 200 });
    expect(world.refundsOf(order)).toEqual({ count: 1, krw: 5_000 });
    expect(world.log.join('')).not.toContain('ERR_HTTP_HEADERS_SENT');
  });
});
