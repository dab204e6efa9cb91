import { FollowHintsUseCase, type FollowedHints, HINT_WINDOW_MS, ReadBooksUseCase } from '@koosco/payment-application';
import { timeOrderedIds } from '@koosco/payment-db';
import { systemClock } from '@koosco/payment-worker';
import { TossBooks, TossPaymentGateway } from '@koosco/toss-client/gateway';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { callApi } from '../test/call-api';
import { type Order, PaymentWorld } from '../test/payment-world';
import { until } from '../test/until';

let world: PaymentWorld;
let api: string;
let lookUps = 0;
let readBooks: ReadBooksUseCase;
let follow: () => Promise<readonly FollowedHints[]>;

beforeAll(async () => {
  world = await PaymentWorld.start();
  api = await world.startApi();
  await world.sandbox.control.registerWebhook(`${api}/api/webhooks/toss`);
  const { unitOfWork, hints, reader, settlementHurry } = world.database;
  const toss = new TossPaymentGateway(world.tossClient(), systemClock);
  const counted: typeof toss.readGivenBack = (request) => {
    lookUps += 1;
    return toss.readGivenBack(request);
  };
  readBooks = new ReadBooksUseCase(
    new TossBooks(world.tossClient()),
    world.database.readBooks,
    hints,
    systemClock,
    (transaction) => createHash('sha256').update(transaction).digest('hex'),
  );
  await world.sandbox.control.setSwitches({ transactionsVisible: 'at-once' });
  const heard: FollowedHints[] = [];
  // What outbox-relay does.
  const followHints = new FollowHintsUseCase(
    ...([
      unitOfWork,
      hints,
      reader,
      settlementHurry,
      { readGivenBack: counted },
      timeOrderedIds,
      'outbox-relay',
    ] as const),
    (followed) => heard.push(followed),
  );
  follow = async () => {
    await world.query('UPDATE payment_webhook_hint SET due_at = NOW(3) WHERE due_at IS NOT NULL', []);
    await followHints.followDue();
    return heard.splice(0);
  };
});

afterAll(() => world.stop());

const hintsOf = ({ orderId }: Order) =>
  world.query(
    'SELECT kind, status, times, due_at, followed_at FROM payment_webhook_hint WHERE order_id = ? ORDER BY id',
    [orderId],
  );

const send = (body: unknown, text = JSON.stringify(body)) =>
  callApi(`${api}/api/webhooks/toss`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
  });

describe('POST /api/webhooks/toss', () => {
  it('keeps what Toss tells of a payment, once for each state, and no secret', async () => {
    const order = await world.paidOrder(api);
    await until(async () => (await hintsOf(order)).length === 1);
    expect(await hintsOf(order)).toMatchObject([{ kind: 'PAYMENT_STATUS_CHANGED', status: 'DONE', times: 1 }]);
    const deliveries = await world.sandbox.control.webhookDeliveries();
    await world.sandbox.control.resendWebhook(deliveries.at(-1)!.id);
    await until(async () => (await hintsOf(order))[0]?.['times'] === 2);
    expect(await follow()).toContainEqual(expect.objectContaining({ result: 'hurried' }));
    expect(await hintsOf(order)).toMatchObject([{ times: 2, due_at: null, followed_at: expect.any(Date) }]);
  });

  it('lets a refund in the admin of Toss become one of ours, with its event, once', async () => {
    const order = await world.paidOrder(api);
    const { paymentKey } = (await world.database.reader.findByOrderId(order.orderId))!.state.approval!;
    await world.sandbox.control.cancelInAdmin(paymentKey!, 7_000);
    await until(async () => (await hintsOf(order)).length === 2);
    expect(await follow()).toContainEqual(expect.objectContaining({ result: 'given-back' }));
    await send({ eventType: 'PAYMENT_STATUS_CHANGED', data: { orderId: order.pgOrderId, status: 'CANCELED' } });
    expect(await follow()).toContainEqual(expect.objectContaining({ result: 'nothing-new' }));
    expect((await world.rowsOf(order)).payment).toMatchObject({
      status: 'PARTIALLY_CANCELED',
      canceled_amount: 7_000n,
    });
    expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.completed', 'payment.canceled']);
    // What was given back there is known to the refunds here.
    expect((await world.cancel(api, order)).body.data).toMatchObject({ canceledAmount: 43_000, remainingAmount: 0 });
    expect(world.refundsOf(order)).toEqual({ count: 2, krw: 50_000 });
  });

  it('does not take a refund of our own for one of somebody else', async () => {
    const order = await world.paidOrder(api);
    await world.cancel(api, order, { cancelAmount: 5_000 });
    await until(async () => (await hintsOf(order)).length === 2);
    expect(await follow()).toContainEqual(expect.objectContaining({ result: 'nothing-new' }));
    expect((await world.rowsOf(order)).payment).toMatchObject({ canceled_amount: 5_000n });
  });

  it('hears of a deposit, and lets it be asked for at once', async () => {
    const order = await world.order();
    const paymentKey = await world.authenticate(order, { method: 'VIRTUAL_ACCOUNT' });
    await world.confirm(api, order, { paymentKey });
    await world.query('UPDATE payment_attempt SET updated_at = NOW(3) - INTERVAL 1 MINUTE WHERE order_id = ?', [
      order.orderId,
    ]);
    await world.sandbox.control.deposit(paymentKey);
    await until(async () => (await hintsOf(order)).some(({ status }) => status === 'DONE'));
    await follow();
    const [attempt] = (await world.rowsOf(order)).attempts;
    expect((attempt?.['due_at'] as Date).getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('hears of a deposit right after the account was issued, and lets it be asked for soon', async () => {
    const order = await world.order();
    const paymentKey = await world.authenticate(order, { method: 'VIRTUAL_ACCOUNT' });
    await world.confirm(api, order, { paymentKey });
    await world.sandbox.control.deposit(paymentKey);
    await until(async () => (await hintsOf(order)).some(({ status }) => status === 'DONE'));
    await follow();
    const [attempt] = (await world.rowsOf(order)).attempts;
    const lookedAt = (attempt?.['updated_at'] as Date).getTime();
    expect((attempt?.['due_at'] as Date).getTime() - lookedAt).toBe(HINT_WINDOW_MS);
  });

  it('hears of a deposit while the confirm is under way, and comes back to it', async () => {
    const order = await world.order();
    const paymentKey = await world.authenticate(order, { method: 'VIRTUAL_ACCOUNT' });
    const goOn = await world.hold(order, 'confirm', 'after');
    const confirmed = world.confirm(api, order, { paymentKey });
    const statusAtToss = async () => (await world.sandbox.control.payment(paymentKey)).status;
    await until(async () => (await statusAtToss()) === 'WAITING_FOR_DEPOSIT');
    await world.sandbox.control.deposit(paymentKey);
    await until(async () => (await hintsOf(order)).some(({ status }) => status === 'DONE'));
    expect(await follow()).toContainEqual(expect.objectContaining({ result: 'later' }));
    await goOn();
    expect((await confirmed).status).toBe(202);
    expect(await hintsOf(order)).toContainEqual(expect.objectContaining({ status: 'DONE', followed_at: null }));
    expect(await follow()).toContainEqual(expect.objectContaining({ result: 'hurried' }));
  });

  it('takes a deposit that the bank took back for money that went back', async () => {
    const order = await world.order();
    const paymentKey = await world.authenticate(order, { method: 'VIRTUAL_ACCOUNT' });
    await world.confirm(api, order, { paymentKey });
    await world.sandbox.control.deposit(paymentKey);
    await world.query("UPDATE payment_attempt SET due_at = NOW(3), status = 'UNKNOWN' WHERE order_id = ?", [
      order.orderId,
    ]);
    await world.confirm(api, order, { paymentKey });
    await world.sandbox.control.reverseDeposit(paymentKey);
    await until(async () => (await hintsOf(order)).some(({ status }) => status === 'WAITING_FOR_DEPOSIT'));
    await follow();
    expect((await world.rowsOf(order)).payment).toMatchObject({ status: 'CANCELED', canceled_amount: 50_000n });
    expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.completed', 'payment.canceled']);
  });

  describe('that never comes', () => {
    beforeAll(() => world.sandbox.control.setWebhookManners({ hold: true }));
    afterAll(() => world.sandbox.control.setWebhookManners({ hold: false }));

    const untold = async (order: Order) => {
      const { hinted } = await readBooks.round();
      return hinted.filter(({ orderId }) => orderId === order.orderId).map(({ status }) => status);
    };

    it('is made good by reading what moved: a refund in the admin of Toss', async () => {
      const order = await world.paidOrder(api);
      expect(await untold(order)).toEqual([]);
      const { paymentKey } = (await world.database.reader.findByOrderId(order.orderId))!.state.approval!;
      await world.sandbox.control.cancelInAdmin(paymentKey!, 7_000);
      expect(await untold(order)).toEqual(['PARTIAL_CANCELED']);
      expect(await follow()).toContainEqual(expect.objectContaining({ result: 'given-back' }));
      expect(await untold(order)).toEqual([]);
      expect((await world.rowsOf(order)).payment).toMatchObject({ canceled_amount: 7_000n });
      expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.completed', 'payment.canceled']);
    });

    it('is made good by reading what moved: a deposit, and that the bank took it back', async () => {
      const order = await world.order();
      const paymentKey = await world.authenticate(order, { method: 'VIRTUAL_ACCOUNT' });
      await world.confirm(api, order, { paymentKey });
      await world.sandbox.control.deposit(paymentKey);
      expect(await untold(order)).toEqual(['DONE']);
      await world.query("UPDATE payment_attempt SET due_at = NOW(3), status = 'UNKNOWN' WHERE order_id = ?", [
        order.orderId,
      ]);
      await world.confirm(api, order, { paymentKey });
      await follow();
      await world.sandbox.control.reverseDeposit(paymentKey);
      expect(await untold(order)).toEqual(['WAITING_FOR_DEPOSIT']);
      await follow();
      expect((await world.rowsOf(order)).payment).toMatchObject({ status: 'CANCELED', canceled_amount: 50_000n });
    });
  });

  it('is not changed by 1,000 forged ones, which cost one look', async () => {
    const order = await world.paidOrder(api);
    await until(async () => (await hintsOf(order)).length === 1);
    await follow();
    const before = await world.rowsOf(order);
    lookUps = 0;
    // So that it was a moment ago however long it takes to forge them.
    await world.query(
      'UPDATE payment_webhook_hint SET followed_at = followed_at + INTERVAL 1 HOUR WHERE order_id = ?',
      [order.orderId],
    );
    for (let from = 0; from < 1_000; from += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          send({
            eventType: 'PAYMENT_STATUS_CHANGED',
            data: { orderId: order.pgOrderId, status: 'CANCELED', lastTransactionKey: `forged-${from + index}` },
          }),
        ),
      );
    }
    expect((await hintsOf(order)).length).toBe(1_001);
    // None of them is due yet: the payment was looked at a moment ago.
    expect(await world.database.hints.findDue(10)).toEqual([]);
    await follow();
    expect(lookUps).toBe(1);
    expect(await world.rowsOf(order)).toEqual(before);
  }, 180_000);

  it.each([
    [
      'an order that is not ours',
      { eventType: 'PAYMENT_STATUS_CHANGED', data: { orderId: 'abc-123456', status: 'DONE' } },
    ],
    ['a kind that nobody knows', { eventType: 'BILLING_DELETED', data: { billingKey: 'x' } }],
    ['nothing at all', {}],
  ])('keeps %s, and follows nothing', async (_what, body) => {
    expect((await send(body)).status).toBe(200);
    expect(await follow()).toEqual([]);
  });

  it.each(['[]', '"text"', '{'])('refuses %s', async (text) => {
    expect((await send(null, text)).status).toBe(400);
  });
});
