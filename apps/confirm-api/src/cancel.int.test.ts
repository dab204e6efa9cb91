import { type Fault } from '@koosco/toss-sandbox';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callApi } from '../test/call-api';
import { type Order, PaymentWorld } from '../test/payment-world';
import { userToken } from '../test/user-token';

let world: PaymentWorld;
let api: string;

beforeAll(async () => {
  world = await PaymentWorld.start();
  api = await world.startApi();
});

afterAll(() => world.stop());

/** Database, history, events and Toss's books say the same. */
async function expectAgreement(order: Order): Promise<void> {
  const { payment, transactions, refunds, events, history } = await world.rowsOf(order);
  const sumOf = (rows: readonly Record<string, unknown>[], column: string) =>
    rows.reduce((sum, row) => sum + Number(row[column]), 0);
  const canceled = Number(payment?.['canceled_amount']);
  expect(
    sumOf(
      transactions.filter(({ type }) => type === 'CANCEL'),
      'amount',
    ),
  ).toBe(canceled);
  expect(
    sumOf(
      refunds.filter(({ status }) => status === 'SUCCEEDED'),
      'amount',
    ),
  ).toBe(canceled);
  expect(world.refundsOf(order).krw).toBe(canceled);
  const told = events
    .filter((row) => row['event_type'] === 'payment.canceled')
    .map((row) => (JSON.parse(row['payload'] as string) as { data: { canceledAmount: number } }).data.canceledAmount);
  expect(told.reduce((sum, amount) => sum + amount, 0)).toBe(canceled);
  expect(history.map((row) => row['sequence'])).toEqual(events.map((_, index) => index + 1));
  expect(history.at(-1)).toMatchObject({
    to_status: payment?.['status'],
    canceled_amount: payment?.['canceled_amount'],
  });
}

async function payment(order: Order): Promise<{ paymentKey: string }> {
  const { payment: row } = await world.rowsOf(order);
  return { paymentKey: row?.['payment_key'] as string };
}

describe('POST /api/payments/{paymentId}/cancel', () => {
  it('gives a part back, then the rest, and shows both', async () => {
    const order = await world.paidOrder(api);
    const part = await world.cancel(api, order, { cancelAmount: 20_000 });
    expect(part).toMatchObject({
      status: 200,
      body: { data: { status: 'PARTIALLY_CANCELED', canceledAmount: 20_000, remainingAmount: 30_000 } },
    });
    const rest = await world.cancel(api, order);
    expect(rest).toMatchObject({
      status: 200,
      body: { data: { status: 'CANCELED', canceledAmount: 30_000, totalCanceledAmount: 50_000, remainingAmount: 0 } },
    });
    const again = await world.cancel(api, order);
    expect([again.status, again.body.error?.code]).toEqual([409, 'PAYMENT-409-003']);
    expect(await world.eventTypesOf(order)).toEqual([
      'payment.created',
      'payment.completed',
      'payment.canceled',
      'payment.canceled',
    ]);
    await expectAgreement(order);
  });

  it.each([
    ['0', { cancelAmount: 0 }, 'COMMON-400-004'],
    ['a fraction', { cancelAmount: 1.5 }, 'COMMON-400-004'],
    ['2^53 + 1', { cancelAmount: '9007199254740993' }, 'COMMON-400-004'],
    ['less than nothing', { cancelAmount: -1 }, 'COMMON-400-004'],
    ['one more than was paid', { cancelAmount: 50_001 }, 'PAYMENT-400-001'],
    ['an empty reason', { cancelReason: ' ' }, 'COMMON-400-004'],
    ['a reason too long', { cancelReason: '가'.repeat(201) }, 'COMMON-400-004'],
    ['half an account', { refundReceiveAccount: { bank: '20' } }, 'COMMON-400-004'],
  ])('refuses %s without asking Toss', async (_what, body, code) => {
    const order = await world.paidOrder(api);
    const answer = await world.cancel(api, order, body);
    expect([answer.status, answer.body.error?.code]).toEqual([400, code]);
    expect(world.refundsOf(order).count).toBe(0);
    expect((await world.rowsOf(order)).refunds).toEqual([]);
  });

  it('is for the owner, ADMIN and SERVICE; to anybody else there is no such payment', async () => {
    const order = await world.paidOrder(api);
    const stranger = await world.cancel(api, order, {}, { token: await userToken(order.userId + 1n) });
    expect([stranger.status, stranger.body.error?.code]).toEqual([404, 'PAYMENT-404-001']);
    const service = await userToken('order-service', { roles: ['SERVICE'] });
    expect((await world.cancel(api, order, { cancelAmount: 1_000 }, { token: service })).status).toBe(200);
  });

  it('gives back nothing where nothing was paid', async () => {
    const answer = await world.cancel(api, await world.order());
    expect([answer.status, answer.body.error?.code, answer.body.error?.details]).toEqual([
      400,
      'PAYMENT-400-002',
      { outcome: 'none' },
    ]);
  });

  it('reserve × 50, settle × 10: of fifty refunds of a tenth at once, ten are had', async () => {
    const order = await world.paidOrder(api);
    const patient = await world.startApi({ CONFIRM_WAIT_MS: '30000' });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        world.cancel(index % 2 === 0 ? patient : api, order, { cancelAmount: 5_000 }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    // Whoever ran out of patience is told that it is not known yet.
    expect(statuses.filter((status) => status === 200 || status === 502 || status === 409)).toHaveLength(10);
    expect(statuses.filter((status) => status === 400)).toHaveLength(40);
    await world.cancel(patient, order, { cancelAmount: 1 });
    expect(world.refundsOf(order)).toEqual({ count: 10, krw: 50_000 });
    await expectAgreement(order);
  });

  describe('with an Idempotency-Key', () => {
    it('answers the same again, byte for byte, and refuses the key of another body', async () => {
      const order = await world.paidOrder(api);
      const first = await world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'k-1' });
      await world.cancel(api, order, { cancelAmount: 7_000 });
      const second = await world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'k-1' });
      expect([second.status, second.text]).toEqual([first.status, first.text]);
      const other = await world.cancel(api, order, { cancelAmount: 6_000 }, { key: 'k-1' });
      expect([other.status, other.body.error?.code]).toEqual([422, 'PAYMENT-422-001']);
      expect(world.refundsOf(order)).toEqual({ count: 2, krw: 12_000 });
    });

    it('answers a refusal the same again, byte for byte', async () => {
      const order = await world.paidOrder(api);
      const [first, second] = [1, 2].map(() => world.cancel(api, order, { cancelAmount: 50_001 }, { key: 'k-2' }));
      expect((await second)?.body.error?.code).toBe('PAYMENT-400-001');
      expect((await first)?.text).toBe((await second)?.text);
    });

    it('means one request of one caller', async () => {
      const order = await world.paidOrder(api);
      const admin = await userToken('ops', { roles: ['ADMIN'] });
      await world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'k-3' });
      await world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'k-3', token: admin });
      expect(world.refundsOf(order)).toEqual({ count: 2, krw: 10_000 });
    });

    it('is one refund however many send it at once, and however long ago its answer was forgotten', async () => {
      const order = await world.paidOrder(api);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'k-4' })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      await world.query('DELETE FROM payment_named_request', []);
      const later = await world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'k-4' });
      expect([later.status, later.text]).toEqual([200, answers[0]?.text]);
      expect(world.refundsOf(order)).toEqual({ count: 1, krw: 5_000 });
      await expectAgreement(order);
    });

    it.each(['', 'a b', 'k'.repeat(256)])('refuses %j as a key', async (key) => {
      const order = await world.paidOrder(api);
      const answer = await world.cancel(api, order, {}, { key });
      expect([answer.status, answer.body.error?.fieldErrors?.[0]?.field]).toEqual([400, 'Idempotency-Key']);
    });

    it('is taken by confirm, which answers the same by its payment key anyway', async () => {
      const order = await world.order();
      const paymentKey = await world.authenticate(order);
      const body = { paymentKey, orderId: String(order.orderId), amount: Number(order.amount) };
      const confirmNamed = (amount = body.amount) =>
        callApi(`${api}/api/payments/confirm`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${order.token}`,
            'content-type': 'application/json',
            'idempotency-key': 'c-1',
          },
          body: JSON.stringify({ ...body, amount }),
        });
      const [first, second] = [await confirmNamed(), await confirmNamed()];
      expect([first.status, first.text]).toEqual([200, second.text]);
      expect((await confirmNamed(1)).status).toBe(422);
    });
  });

  describe('when Toss', () => {
    it.each<Fault>([
      { kind: 'drop-response' },
      { kind: 'cut-body' },
      { kind: 'lose-request' },
      { kind: 'server-error', status: 500, processed: true },
      { kind: 'server-error', status: 500, processed: false },
    ])('answers with $kind, it finds out, and money goes back once', async (fault) => {
      const order = await world.paidOrder(api);
      const { paymentKey } = await payment(order);
      await world.sandbox.control.addFault({ route: 'cancel', paymentKey, times: 1, fault });
      const answer = await world.cancel(api, order, { cancelAmount: 5_000 });
      expect(answer).toMatchObject({ status: 200, body: { data: { canceledAmount: 5_000 } } });
      expect(world.refundsOf(order)).toEqual({ count: 1, krw: 5_000 });
      await expectAgreement(order);
    });

    it('is too busy to say anything that settles it, says so, and keeps the amount reserved', async () => {
      const order = await world.paidOrder(api);
      const { paymentKey } = await payment(order);
      const fault = { kind: 'too-many-requests' } as const;
      await world.sandbox.control.addFault({ route: 'cancel', paymentKey, times: 1, fault });
      const answer = await world.cancel(api, order, { cancelAmount: 5_000 });
      expect([answer.status, answer.body.error?.details]).toEqual([502, { outcome: 'unknown' }]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      // Whoever did not name their wish may be asking for the same money again.
      const again = await world.cancel(api, order, { cancelAmount: 5_000 });
      expect([again.status, again.body.error?.code]).toEqual([409, 'PAYMENT-409-001']);
      expect((await world.rowsOf(order)).refunds).toMatchObject([{ status: 'UNKNOWN', amount: 5_000n }]);
      await expectAgreement(order);
    });

    it('is too busy just now, it gives back as soon as it is asked for the same again', async () => {
      const order = await world.paidOrder(api);
      const { paymentKey } = await payment(order);
      const fault = { kind: 'too-many-requests' } as const;
      await world.sandbox.control.addFault({ route: 'cancel', paymentKey, times: 1, fault });
      const first = await world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'busy' });
      expect([first.status, first.body.error?.details]).toEqual([502, { outcome: 'unknown' }]);
      const again = await world.cancel(api, order, { cancelAmount: 5_000 }, { key: 'busy' });
      expect(again).toMatchObject({ status: 200, body: { data: { canceledAmount: 5_000 } } });
      await expectAgreement(order);
    });

    it('is away, says that the money stays, and gives it back when asked again', async () => {
      const impatient = await world.startApi({ TOSS_BASE_URL: 'http://127.0.0.1:1' });
      const order = await world.paidOrder(api);
      const down = await world.cancel(impatient, order);
      expect([down.status, down.body.error?.code, down.body.error?.details]).toEqual([
        502,
        'PAYMENT-502-001',
        { outcome: 'charged' },
      ]);
      expect((await world.rowsOf(order)).refunds).toMatchObject([{ status: 'NOT_REFUNDED', due_at: null }]);
      expect((await world.cancel(api, order)).status).toBe(200);
      await expectAgreement(order);
    });

    it('says no, says so, and releases what was reserved', async () => {
      const order = await world.paidOrder(api);
      const { paymentKey } = await payment(order);
      await world.sandbox.control.forceCode({
        paymentKey,
        operation: 'cancel',
        code: 'EXCEED_MAX_REFUND_DUE',
        times: 1,
      });
      const refused = await world.cancel(api, order, { cancelAmount: 5_000 });
      expect([refused.status, refused.body.error?.code, refused.body.error?.details]).toMatchObject([
        422,
        'PAYMENT-422-002',
        { outcome: 'charged', pgCode: 'EXCEED_MAX_REFUND_DUE' },
      ]);
      expect((await world.cancel(api, order)).body.data).toMatchObject({ canceledAmount: 50_000 });
      await expectAgreement(order);
    });

    it('wants the account that a virtual account gives back to, passes it on, and nothing keeps it', async () => {
      const order = await world.order();
      const paymentKey = await world.authenticate(order, { method: 'VIRTUAL_ACCOUNT' });
      await world.confirm(api, order, { paymentKey });
      await world.sandbox.control.deposit(paymentKey);
      await world.query("UPDATE payment_attempt SET due_at = NOW(3), status = 'UNKNOWN' WHERE order_id = ?", [
        order.orderId,
      ]);
      await world.confirm(api, order, { paymentKey });
      expect(await world.statusOf(order)).toBe('APPROVED');
      const without = await world.cancel(api, order);
      expect([without.status, without.body.error?.code]).toEqual([422, 'PAYMENT-422-002']);
      const refundReceiveAccount = { bank: '88', accountNumber: '11022033044', holderName: '박토스' };
      expect((await world.cancel(api, order, { refundReceiveAccount })).status).toBe(200);
      const rows = JSON.stringify((await world.rowsOf(order)).refunds, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      expect(`${rows}${world.log.join('')}`).not.toMatch(/11022033044|박토스/);
      await expectAgreement(order);
    });
  });
});
