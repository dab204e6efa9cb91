import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConfirmAnswer, timeless } from '../../test/confirm-answer';
import { type Order, PaymentWorld } from '../../test/payment-world';
import { until } from '../../test/until';

describe('confirms of one order that race', () => {
  let world: PaymentWorld;
  let api: string;
  beforeAll(async () => {
    world = await PaymentWorld.start();
    api = await world.startApi();
  });
  afterAll(() => world.stop());

  function confirmTogether(order: Order, paymentKeys: readonly string[]): Promise<ConfirmAnswer[]> {
    return Promise.all(paymentKeys.map((paymentKey) => world.confirm(api, order, { paymentKey })));
  }

  it('claim, claim × 49, settle: one charge, one event, and everybody hears the same', async () => {
    const order = await world.order();
    const paymentKey = await world.authenticate(order);
    const answers = await confirmTogether(order, Array<string>(50).fill(paymentKey));

    const busy = answers.filter(({ status }) => status !== 200);
    for (const { status, body, headers } of busy) {
      expect([status, body.error?.code]).toEqual([409, 'PAYMENT-409-001']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const approvals = answers.filter(({ status }) => status === 200).map(timeless);
    expect(new Set(approvals.map(({ text }) => text)).size).toBe(1);
    expect(world.chargesOf(order)).toEqual({ count: 1, krw: 50_000 });
    expect((await world.rowsOf(order)).attempts).toHaveLength(1);
    expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.completed']);
  });

  it('claim, give up waiting, settle: whoever waited too long is told when to come back, and then gets the answer', async () => {
    const impatient = await world.startApi({ CONFIRM_WAIT_MS: '0' });
    const order = await world.order();
    const paymentKey = await world.authenticate(order);
    const goOn = await world.hold(order, 'confirm', 'during');
    const first = world.confirm(api, order, { paymentKey });
    await until(async () => (await world.rowsOf(order)).attempts.length === 1);
    const second = await world.confirm(impatient, order, { paymentKey });
    expect([second.status, second.body.error?.code]).toEqual([409, 'PAYMENT-409-001']);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);

    await goOn();
    expect((await first).status).toBe(200);
    expect(timeless(await world.confirm(impatient, order, { paymentKey }))).toEqual(timeless(await first));
    expect(world.chargesOf(order).count).toBe(1);
  });

  it('claim A, claim B, settle A: of two payment keys one is charged, and the other is never sent', async () => {
    const order = await world.order();
    const [a, b] = [await world.authenticate(order), await world.authenticate(order)];
    const answers = await confirmTogether(
      order,
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? a : b)),
    );
    const winner = (await world.rowsOf(order)).payment!['payment_key'] as string;
    const loser = winner === a ? b : a;
    answers.forEach(({ status, body }, index) => {
      const isWinner = (index % 2 === 0 ? a : b) === winner;
      const allowed = isWinner ? [undefined, 'PAYMENT-409-001'] : ['PAYMENT-409-001', 'PAYMENT-409-002'];
      expect(allowed).toContain(body.error?.code);
      expect(status).toBe(body.success ? 200 : 409);
    });
    expect(world.chargesOf(order)).toEqual({ count: 1, krw: 50_000 });
    expect(await world.sandbox.control.payment(loser)).toMatchObject({ status: 'IN_PROGRESS' });
    expect((await world.rowsOf(order)).attempts).toHaveLength(1);
    expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.completed']);
  });

  it('claim A, decline A, claim B: a decline is the end for the other payment key too', async () => {
    const order = await world.order();
    const declined = await world.authenticate(order, { outcome: { declineCode: 'REJECT_CARD_PAYMENT' } });
    const answers = await confirmTogether(order, Array<string>(10).fill(declined));
    for (const { status, body } of answers) {
      expect([502, 409]).toContain(status);
      if (status === 502) expect(body.error?.details).toMatchObject({ outcome: 'declined' });
    }
    expect(await world.eventTypesOf(order)).toEqual(['payment.created', 'payment.failed']);
    expect(world.chargesOf(order).count).toBe(0);
  });

  it('of many orders do not hold each other up', async () => {
    const orders = await Promise.all(Array.from({ length: 20 }, () => world.order()));
    const keys = await Promise.all(orders.map((order) => world.authenticate(order)));
    const answers = await Promise.all(
      orders.flatMap((order, index) => [1, 2].map(() => world.confirm(api, order, { paymentKey: keys[index] }))),
    );
    for (const { status } of answers) expect([200, 409]).toContain(status);
    for (const order of orders) {
      expect(await world.statusOf(order)).toBe('APPROVED');
      expect(world.chargesOf(order).count).toBe(1);
    }
  });
});
