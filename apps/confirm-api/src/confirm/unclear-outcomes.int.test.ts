import { type PaymentGateway, type SendPermit } from '@koosco/payment-application';
import { systemClock } from '@koosco/payment-worker';
import { TossPaymentGateway } from '@koosco/toss-client/gateway';
import { type FaultRule } from '@koosco/toss-sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { callApi } from '../../test/call-api';
import { timeless } from '../../test/confirm-answer';
import { loneWorker } from '../../test/lone-worker';
import { type Order, PaymentWorld } from '../../test/payment-world';

describe('a confirm whose outcome is not clear at once', () => {
  let world: PaymentWorld;
  let api: string;
  beforeAll(async () => {
    world = await PaymentWorld.start();
    api = await world.startApi({ CONFIRM_WAIT_MS: '200' });
  });
  afterEach(() => world.sandbox.control.removeFault());
  afterAll(() => world.stop());

  const fault = (order: Order, rule: FaultRule) =>
    world.sandbox.control.addFault({ route: 'confirm', orderId: order.pgOrderId, ...rule });

  async function expectOneCharge(order: Order): Promise<void> {
    expect(world.chargesOf(order)).toEqual({ count: 1, krw: Number(order.amount) });
    expect(await world.statusOf(order)).toBe('APPROVED');
    expect((await world.rowsOf(order)).attempts).toHaveLength(1);
    expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.completed']);
  }

  describe('when the answer of Toss is lost', () => {
    it.each<FaultRule['fault']['kind']>(['drop-response', 'cut-body', 'lose-request'])(
      'once (%s), it is asked for again within the same request',
      async (kind) => {
        const order = await world.order();
        const paymentKey = await world.authenticate(order);
        await fault(order, { times: 1, fault: { kind } as FaultRule['fault'] });
        expect(await world.confirm(api, order, { paymentKey })).toMatchObject({ status: 200 });
        await expectOneCharge(order);
      },
    );

    it('every time, the buyer is told that it is unknown, and the same confirm later joins the same attempt', async () => {
      const order = await world.order();
      const paymentKey = await world.authenticate(order);
      await fault(order, { fault: { kind: 'drop-response' } });
      await world.sandbox.control.addFault({ route: 'get-payment', paymentKey, fault: { kind: 'lose-request' } });
      const lost = await world.confirm(api, order, { paymentKey });

      const { payment, attempts } = await world.rowsOf(order);
      expect([lost.status, lost.body.error?.code]).toEqual([502, 'PAYMENT-502-001']);
      expect(lost.body.error?.details).toEqual({ outcome: 'unknown' });
      expect(Number(lost.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(lost.headers.get('location')).toBe(`/api/payments/${String(payment!['payment_id'])}`);
      expect(payment).toMatchObject({ status: 'READY' });
      expect(attempts).toMatchObject([{ status: 'UNKNOWN' }]);
      expect(world.chargesOf(order).count).toBe(1);

      // The buyer may be charged already: another payment key has to wait, however the buyer insists.
      const other = await world.confirm(api, order, { paymentKey: 'another-key' });
      expect([other.status, other.body.error?.code]).toEqual([409, 'PAYMENT-409-001']);

      // Nor does it look unpaid: whoever reads it learns of the attempt, and no payment window is opened for it anew.
      const url = `${api}/api/payments/orders/${order.orderId}`;
      const headers = { authorization: `Bearer ${order.token}` };
      expect((await callApi(url, { headers })).body.data).toMatchObject({
        status: 'READY',
        attempt: { status: 'UNKNOWN', since: (attempts[0]!['created_at'] as Date).toISOString() },
      });
      const checkout = await callApi(`${url}/checkout`, { headers });
      expect([checkout.status, checkout.body.error?.code]).toEqual([409, 'PAYMENT-409-001']);
      expect(checkout.body.error?.details).toEqual({ outcome: 'unknown' });
      expect(Number(checkout.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(checkout.headers.get('location')).toBe(lost.headers.get('location'));

      await world.sandbox.control.removeFault();
      expect(await world.confirm(api, order, { paymentKey })).toMatchObject({ status: 200 });
      await expectOneCharge(order);
      expect((await callApi(url, { headers })).body.data).toMatchObject({ status: 'APPROVED', attempt: null });
    });
  });

  describe('when Toss does not know our secret key', () => {
    it('nobody is charged, the payment can still be paid, and the buyer reads nothing about keys', async () => {
      const TOSS_SECRET_KEY = 'test_gsk_aKeyThatTossDoesNotKnow';
      const misconfigured = await world.startApi({ TOSS_SECRET_KEY });
      const order = await world.order();
      const paymentKey = await world.authenticate(order);
      const { status, body, text } = await world.confirm(misconfigured, order, { paymentKey });
      expect([status, body.error?.code]).toEqual([502, 'PAYMENT-502-001']);
      expect(body.error?.details).toEqual({ outcome: 'not-charged' });
      expect(text).not.toContain('키');
      expect(await world.statusOf(order)).toBe('READY');

      const metrics = (await callApi(`${misconfigured}/actuator/prometheus`)).text;
      expect(metrics).toMatch(/^payment_confirm_total\{[^}]*outcome="not-charged"[^}]*\} 1$/m);
      expect(world.log.join('')).toContain('"pgCode":"UNAUTHORIZED_KEY"');
      expect(world.log.join('')).not.toContain(TOSS_SECRET_KEY);

      expect(await world.confirm(api, order, { paymentKey })).toMatchObject({ status: 200 });
      expect(world.chargesOf(order).count).toBe(1);
    });
  });

  describe('when Toss cannot be reached', () => {
    it('nobody is charged, and the payment can still be paid', async () => {
      const closedPort = await world.startApi({ TOSS_BASE_URL: 'http://127.0.0.1:9' });
      const order = await world.order();
      const paymentKey = await world.authenticate(order);
      const { status, body } = await world.confirm(closedPort, order, { paymentKey });
      expect([status, body.error?.details]).toEqual([502, { outcome: 'not-charged' }]);
      expect(await world.statusOf(order)).toBe('READY');
      expect(await world.confirm(api, order, { paymentKey })).toMatchObject({ status: 200 });
    });
  });

  describe('when the process dies between its two transactions', () => {
    /** A worker with a lease so short that it is over at once, a gateway that never comes back to it, and no renewals. */
    async function dieDuringConfirm(order: Order, paymentKey: string, gateway: Pick<PaymentGateway, 'approve'>) {
      const died = deferred();
      const client = world.tossClient();
      const dying: PaymentGateway = {
        firstSend: (now) => new TossPaymentGateway(client, systemClock).firstSend(now),
        approve: async (request, permit) => {
          await gateway.approve(request, permit);
          died.resolve();
          return new Promise(() => undefined);
        },
        lookUp: () => Promise.reject(new Error('a confirm asks nothing')),
        callOff: () => Promise.reject(new Error('a confirm gives nothing up')),
      };
      const leases = { ...world.database.leases, renew: () => new Promise<never>(() => undefined) };
      void loneWorker(world.database, { gateway: dying, leases, leaseMs: 1 }).confirm(order, paymentKey);
      await died.promise;
      client.close();
    }

    it('before Toss was asked: the next confirm charges', async () => {
      const order = await world.order();
      const paymentKey = await world.authenticate(order);
      await dieDuringConfirm(order, paymentKey, {
        approve: () => Promise.resolve({ kind: 'unknown', pgCode: null, reason: '' }),
      });
      expect(world.chargesOf(order).count).toBe(0);
      expect(await world.confirm(api, order, { paymentKey })).toMatchObject({ status: 200 });
      await expectOneCharge(order);
    });

    it('after Toss had charged: the next confirm learns of that charge and makes none', async () => {
      const order = await world.order();
      const paymentKey = await world.authenticate(order);
      const client = world.tossClient();
      const gateway = new TossPaymentGateway(client, systemClock);
      await dieDuringConfirm(order, paymentKey, {
        // Its own lease is over before it sends: it died with the request on its way.
        approve: (request) => gateway.approve(request, soleOwner),
      });
      client.close();
      expect(world.chargesOf(order).count).toBe(1);
      expect(await world.statusOf(order)).toBe('READY');

      const first = await world.confirm(api, order, { paymentKey });
      expect(first.status).toBe(200);
      expect(timeless(await world.confirm(api, order, { paymentKey }))).toEqual(timeless(first));
      await expectOneCharge(order);
    });

    it('while its lease lasts, nobody else sends', async () => {
      const order = await world.order();
      const paymentKey = await world.authenticate(order);
      await dieDuringConfirm(order, paymentKey, {
        approve: () => Promise.resolve({ kind: 'unknown', pgCode: null, reason: '' }),
      });
      const leasedUntil = new Date(Date.now() + 60_000);
      await world.query('UPDATE payment_attempt SET leased_until = ?, due_at = ? WHERE order_id = ?', [
        leasedUntil,
        leasedUntil,
        order.orderId,
      ]);
      expect(await world.confirm(api, order, { paymentKey })).toMatchObject({ status: 409 });
      expect(world.chargesOf(order).count).toBe(0);
    });
  });
});

const soleOwner: SendPermit = { past: null, beforeSend: () => Promise.resolve(true), learned: () => undefined };

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
