import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callApi } from '../../test/call-api';
import { timeless } from '../../test/confirm-answer';
import { confirm, type Order, PaymentWorld } from '../../test/payment-world';
import { userToken } from '../../test/user-token';

describe('POST /api/payments/confirm', () => {
  let world: PaymentWorld;
  let api: string;
  const paymentKeys: string[] = [];
  beforeAll(async () => {
    world = await PaymentWorld.start();
    api = await world.startApi();
  });
  afterAll(() => world.stop());

  async function authenticate(...args: Parameters<PaymentWorld['authenticate']>): Promise<string> {
    const paymentKey = await world.authenticate(...args);
    paymentKeys.push(paymentKey);
    return paymentKey;
  }

  async function paid(order: Order): Promise<string> {
    const paymentKey = await authenticate(order);
    expect(await world.confirm(api, order, { paymentKey })).toMatchObject({ status: 200 });
    return paymentKey;
  }

  describe('of a payment that is ready', () => {
    it('charges the buyer, answers with the approval, and promises its event, in one piece', async () => {
      const order = await world.order({ amount: 12_345n });
      const paymentKey = await authenticate(order);
      const { status, headers, body } = await world.confirm(api, order, { paymentKey });

      const { payment, transactions, attempts, events, idempotency } = await world.rowsOf(order);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toEqual({
        success: true,
        data: {
          paymentId: payment!['payment_id'],
          orderId: Number(order.orderId),
          status: 'APPROVED',
          paidAmount: 12_345,
          approvedAt: (payment!['approved_at'] as Date).toISOString(),
          method: '카드',
          receiptUrl: expect.stringContaining('https://'),
        },
      });
      expect(world.chargesOf(order)).toEqual({ count: 1, krw: 12_345 });

      const transactionKey = world.sandbox.ledger().find((row) => row.orderId === order.pgOrderId)?.transactionKey;
      expect(payment).toMatchObject({ status: 'APPROVED', payment_key: paymentKey, pg_transaction_id: transactionKey });
      expect(transactions).toMatchObject([
        { type: 'APPROVAL', status: 'SUCCESS', pg_transaction_id: transactionKey, amount: 12_345n },
      ]);
      expect(attempts).toMatchObject([{ status: 'SUCCEEDED', payment_key: paymentKey, leased_until: null }]);
      expect(idempotency).toMatchObject([{ action: 'CREATE' }, { action: 'APPROVE', idempotency_key: paymentKey }]);
      expect(events.map((row) => row['topic'])).toEqual([
        'koosco.commerce.payment.created',
        'koosco.commerce.payment.completed',
      ]);
      expect(JSON.parse(events[1]!['payload'] as string)).toMatchObject({
        type: 'payment.completed',
        data: { orderId: Number(order.orderId), paidAmount: 12_345, paymentKey, pgTransactionId: transactionKey },
      });
    });

    it('keeps every digit of an order id above 2^53', async () => {
      const order = await world.order({ orderId: 9_007_199_254_740_993n });
      const paymentKey = await authenticate(order);
      const { status, text } = await world.confirm(api, order, { paymentKey });
      expect(status).toBe(200);
      expect(text).toContain('"orderId":9007199254740993,');
      expect(world.chargesOf(order).count).toBe(1);
    });

    it('refuses another amount before Toss hears of it', async () => {
      const order = await world.order({ amount: 10_000n });
      const paymentKey = await authenticate(order);
      for (const amount of [0, 1, 9_999, 10_001]) {
        const { status, body } = await world.confirm(api, order, { paymentKey, amount });
        expect([status, body.error?.code]).toEqual([400, 'PAYMENT-400-001']);
      }
      expect((await world.rowsOf(order)).attempts).toEqual([]);
      expect(await world.sandbox.control.payment(paymentKey)).toMatchObject({ status: 'IN_PROGRESS' });
      expect(await world.statusOf(order)).toBe('READY');
    });

    it('issues a virtual account and says that the money is still to come', async () => {
      const order = await world.order();
      const paymentKey = await authenticate(order, { method: 'VIRTUAL_ACCOUNT' });
      const first = await world.confirm(api, order, { paymentKey });
      expect(first.status).toBe(202);
      expect(first.body.data).toMatchObject({ orderId: Number(order.orderId), status: 'WAITING_FOR_DEPOSIT' });
      expect(first.headers.get('location')).toBe(`/api/payments/${String(first.body.data!['paymentId'])}`);
      expect(timeless(await world.confirm(api, order, { paymentKey }))).toEqual(timeless(first));
      expect(await world.statusOf(order)).toBe('READY');
      expect(world.chargesOf(order).count).toBe(0);
    });

    it('tells where to transfer to in the 202 and whenever it is read, and does not take a card beside it', async () => {
      const order = await world.order();
      const card = await authenticate(order);
      const issued = await world.confirm(api, order, {
        paymentKey: await authenticate(order, { method: 'VIRTUAL_ACCOUNT' }),
      });
      const { virtualAccount } = issued.body.data!;
      expect(virtualAccount).toEqual({
        bank: expect.stringMatching(/은행|뱅크/),
        accountNumber: expect.stringMatching(/^X?\d+$/),
        holder: expect.stringMatching(/./),
        dueAt: expect.stringMatching(/Z$/),
      });
      const headers = { authorization: `Bearer ${order.token}` };
      const read = await callApi(`${api}/api/payments/orders/${order.orderId}`, { headers });
      expect(read.body.data).toMatchObject({
        status: 'READY',
        attempt: { status: 'WAITING_FOR_DEPOSIT', since: expect.stringMatching(/Z$/), virtualAccount },
      });
      const checkout = await callApi(`${api}/api/payments/orders/${order.orderId}/checkout`, { headers });
      const beside = await world.confirm(api, order, { paymentKey: card });
      for (const answer of [checkout, beside]) {
        expect([answer.status, answer.body.error?.code]).toEqual([409, 'PAYMENT-409-004']);
        expect(answer.body.error?.details).toEqual({ outcome: 'none' });
        expect(answer.headers.get('location')).toBe(issued.headers.get('location'));
        expect(answer.headers.get('retry-after')).toBeNull();
      }
      expect(await world.sandbox.control.payment(card)).toMatchObject({ status: 'IN_PROGRESS' });
    });

    it('leaves it payable when Toss knows no such payment key, or not any more', async () => {
      const order = await world.order();
      const expired = await authenticate(order);
      await world.sandbox.control.advanceClock(11 * 60_000);
      for (const paymentKey of ['a-key-that-somebody-made-up', expired]) {
        const { status, body } = await world.confirm(api, order, { paymentKey });
        expect([status, body.error?.code]).toEqual([400, 'PAYMENT-400-004']);
        expect(body.error?.details).toMatchObject({ outcome: 'not-charged', pgCode: 'NOT_FOUND_PAYMENT_SESSION' });
      }
      expect(await world.statusOf(order)).toBe('READY');
      await paid(order);
      expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.completed']);
    });

    it('does not take the payment key of another order', async () => {
      const [order, other] = [await world.order(), await world.order()];
      const paymentKey = await authenticate(other);
      const { status, body } = await world.confirm(api, order, { paymentKey });
      expect([status, body.error?.code]).toEqual([400, 'PAYMENT-400-004']);
      expect(world.chargesOf(order).count + world.chargesOf(other).count).toBe(0);
    });
  });

  describe('by somebody else', () => {
    it('looks exactly as if there were no such payment', async () => {
      const order = await world.order();
      const paymentKey = await authenticate(order);
      const foreign = await world.confirm(api, order, { paymentKey }, await userToken(order.userId + 1n));
      const unknown = await confirm(api, order.token, { paymentKey, orderId: '777777777', amount: 50_000 });
      expect([foreign.status, foreign.body.error?.code]).toEqual([404, 'PAYMENT-404-001']);
      expect(timeless(foreign)).toEqual(timeless(unknown));
      expect([...foreign.headers.keys()]).toEqual([...unknown.headers.keys()]);
      // A wrong amount would tell that the order exists.
      const guess = await world.confirm(api, order, { paymentKey, amount: 1 }, await userToken(order.userId + 1n));
      expect(timeless(guess)).toEqual(timeless(unknown));
      expect(world.chargesOf(order).count).toBe(0);
    });

    it.each(['ADMIN', 'SERVICE'])('works for %s', async (role) => {
      const order = await world.order();
      const paymentKey = await authenticate(order);
      const token = await userToken('order-service', { roles: [role] });
      expect(await world.confirm(api, order, { paymentKey }, token)).toMatchObject({ status: 200 });
    });
  });

  describe('of a payment that is approved', () => {
    it('gives the same answer to the same payment key, however often, and charges once', async () => {
      const order = await world.order();
      const paymentKey = await authenticate(order);
      const first = await world.confirm(api, order, { paymentKey });
      for (let times = 1; times <= 5; times++) {
        expect(timeless(await world.confirm(api, order, { paymentKey }))).toEqual(timeless(first));
      }
      expect(world.chargesOf(order).count).toBe(1);
      expect((await world.rowsOf(order)).attempts).toHaveLength(1);
      expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.completed']);
    });

    it('tells another payment key that it came too late', async () => {
      const order = await world.order();
      const late = await authenticate(order);
      await paid(order);
      const { status, body } = await world.confirm(api, order, { paymentKey: late });
      expect([status, body.error?.code]).toEqual([409, 'PAYMENT-409-002']);
      expect(world.chargesOf(order).count).toBe(1);
    });

    it('without a charge, because there was nothing to pay, takes no payment key', async () => {
      const order = await world.order({ amount: 0n });
      const { status, body } = await world.confirm(api, order, { paymentKey: 'a-key-that-somebody-made-up' });
      expect([status, body.error?.code]).toEqual([409, 'PAYMENT-409-002']);
    });
  });

  describe('that the bank declines', () => {
    it('fails the payment, promises the event, and says the same to the same payment key ever after', async () => {
      const order = await world.order();
      const another = await authenticate(order);
      const paymentKey = await authenticate(order, { outcome: { declineCode: 'REJECT_CARD_COMPANY' } });
      const first = await world.confirm(api, order, { paymentKey });
      expect([first.status, first.body.error?.code]).toEqual([502, 'PAYMENT-502-001']);
      expect(first.body.error?.details).toEqual({
        outcome: 'declined',
        pgCode: 'REJECT_CARD_COMPANY',
        pgMessage: '결제 승인이 거절되었습니다.',
      });
      expect(first.headers.get('retry-after')).toBeNull();

      expect(timeless(await world.confirm(api, order, { paymentKey }))).toEqual(timeless(first));
      const second = await world.confirm(api, order, { paymentKey: another });
      expect([second.status, second.body.error?.code]).toEqual([400, 'PAYMENT-400-003']);

      const { payment, transactions, attempts } = await world.rowsOf(order);
      expect(payment).toMatchObject({ status: 'FAILED', payment_key: null });
      expect(transactions).toMatchObject([{ type: 'APPROVAL', status: 'FAILED', pg_transaction_id: null }]);
      expect(attempts).toMatchObject([{ status: 'DECLINED' }]);
      expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.failed']);
      expect(world.chargesOf(order).count).toBe(0);
    });
  });

  describe('of a payment that was cancelled', () => {
    it.each(['CANCELED', 'PARTIALLY_CANCELED'])('says of a %s one that it cannot be paid', async (status) => {
      const order = await world.order();
      const paymentKey = await paid(order);
      const canceledAmount = status === 'CANCELED' ? order.amount : 1n;
      await world.query('UPDATE payment SET status = ?, canceled_amount = ? WHERE order_id = ?', [
        status,
        canceledAmount,
        order.orderId,
      ]);
      const answer = await world.confirm(api, order, { paymentKey });
      expect([answer.status, answer.body.error?.code]).toEqual([400, 'PAYMENT-400-003']);
      expect(world.chargesOf(order).count).toBe(1);
    });
  });

  it('has counted what was approved, and what was prevented', async () => {
    const text = (await callApi(`${api}/actuator/prometheus`)).text;
    expect(text).toMatch(/^payment_approved_total\{[^}]*\} [1-9]/m);
    expect(text).toMatch(/^idempotency_duplicate_prevented_total\{[^}]*action="APPROVE"[^}]*\} 5$/m);
    expect(text).toMatch(/^payment_confirm_total\{[^}]*outcome="declined"[^}]*\} 2$/m);
    expect(text).toMatch(/http_server_requests_seconds_count\{[^}]*uri="\/api\/payments\/confirm"[^}]*status="404"/);
  });

  it('has printed neither a whole payment key nor a secret', () => {
    const log = world.log.join('');
    expect(log).toContain('"outcome":"approved"');
    for (const paymentKey of paymentKeys) expect(log).not.toContain(paymentKey);
    expect(log).not.toMatch(/eyJ|test_gsk_|mySecretKey/);
  });
});
