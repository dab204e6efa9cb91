import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PaymentWorld } from '../../test/payment-world';
import { until } from '../../test/until';

let world: PaymentWorld;
let api: string;
/** For what is to be answered, however long that takes. */
let patient: string;
beforeAll(async () => {
  world = await PaymentWorld.start();
  api = await world.startApi({ REQUEST_DEADLINE_MS: '300', CONFIRM_WAIT_MS: '200' });
  patient = await world.startApi();
});
afterAll(() => world.stop());

// No relay runs here: nobody but the request itself can end what it began.
describe('a request that takes longer than its deadline', () => {
  it('charges all the same, is told that nobody knows yet, and is told the truth when it is sent again', async () => {
    const order = await world.order();
    const paymentKey = await world.authenticate(order);
    const goOn = await world.hold(order, 'confirm', 'during');
    const late = await world.confirm(api, order, { paymentKey });
    expect([late.status, late.body.error?.code, late.body.error?.details]).toEqual([
      502,
      'PAYMENT-502-001',
      { outcome: 'unknown' },
    ]);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(world.chargesOf(order).count).toBe(0);

    await goOn();
    await until(async () => (await world.statusOf(order)) === 'APPROVED');
    expect(await world.confirm(patient, order, { paymentKey })).toMatchObject({ status: 200 });
    expect(world.chargesOf(order).count).toBe(1);
    expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.completed']);
  });

  it('gives back all the same, names the payment, and is the same refund when it is sent again', async () => {
    const order = await world.paidOrder(patient);
    const goOn = await world.hold(order, 'cancel', 'during');
    const late = await world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'late' });
    expect([late.status, late.body.error?.details]).toEqual([502, { outcome: 'unknown' }]);
    const { payment } = await world.rowsOf(order);
    expect(late.headers.get('location')).toBe(`/api/payments/${String(payment!['payment_id'])}`);
    expect(world.refundsOf(order).count).toBe(0);

    await goOn();
    await until(async () => (await world.statusOf(order)) === 'PARTIALLY_CANCELED');
    const again = await world.cancel(patient, order, { cancelAmount: 5_000 }, { key: 'late' });
    expect(again).toMatchObject({ status: 200 });
    expect(world.refundsOf(order)).toEqual({ count: 1, krw: 5_000 });
    expect(world.log.join('')).not.toContain('ERR_HTTP_HEADERS_SENT');
  });
});
