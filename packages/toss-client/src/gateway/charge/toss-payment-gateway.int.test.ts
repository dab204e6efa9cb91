import { afterEach, describe, expect, it } from '@jest/globals';

import { type TossClientSettings } from '../../client/toss-client-config';
import { realClock, SandboxWorld, soleOwner } from '../../testing/sandbox-world';
import { TossPaymentGateway } from './toss-payment-gateway';

const MINUTE_MS = 60_000;
const quick = { rules: { settleMs: 2, retryDelayMs: 1, retryDelayMsMax: 1 } };

let world: SandboxWorld;
afterEach(() => world.close());

async function start(settings: Partial<TossClientSettings> = {}): Promise<TossPaymentGateway> {
  world = await SandboxWorld.start({}, settings);
  return new TossPaymentGateway(world.client, realClock, quick);
}

describe('TossPaymentGateway', () => {
  it('approves once, however often and at once it is asked', async () => {
    const gateway = await start();
    const request = await world.authenticate();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => gateway.approve(request, soleOwner())));
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    expect(outcomes[0]).toMatchObject({ kind: 'approved', method: '카드', pgTransactionId: expect.any(String) });
    expect(await gateway.lookUp(request)).toEqual(outcomes[0]);
    expect(world.moneyOf(request.paymentKey)).toMatchObject({ charges: 1, charged: 10_000 });
  });

  it('quarantines the replay of another order: Toss does not compare the request with its idempotency key', async () => {
    const gateway = await start();
    const [mine, other] = [await world.authenticate(), await world.authenticate()];
    await gateway.approve(other, soleOwner());
    const outcome = await gateway.approve({ ...mine, idempotencyKey: other.idempotencyKey }, soleOwner());
    expect(outcome).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('differs from the request in paymentKey, orderId'),
    });
    expect(world.moneyOf(mine.paymentKey).charges).toBe(0);
  });

  it('is refused a made-up payment key and the key of another order, and charges neither', async () => {
    const gateway = await start();
    const [mine, other] = [await world.authenticate(), await world.authenticate()];
    const madeUp = { ...mine, paymentKey: 'tgen_20250626194853XXXXX', idempotencyKey: 'made-up' };
    expect(await gateway.approve(madeUp, soleOwner())).toMatchObject({
      kind: 'refused',
      pgCode: 'NOT_FOUND_PAYMENT_SESSION',
    });
    const foreign = { ...mine, paymentKey: other.paymentKey };
    expect(await gateway.approve(foreign, soleOwner())).toMatchObject({ kind: 'refused', pgCode: 'FORBIDDEN_REQUEST' });
    expect(world.sandbox.ledger()).toEqual([]);
  });

  it.each(['constructor', '..', '.', 'a/b?c#d', '결제', 'x'.repeat(300)])(
    'survives the payment key %p',
    async (paymentKey) => {
      const gateway = await start();
      const request = { ...(await world.authenticate()), paymentKey };
      expect((await gateway.approve(request, soleOwner())).kind).not.toBe('approved');
      expect((await gateway.lookUp(request)).kind).not.toBe('approved');
      expect(world.sandbox.ledger()).toEqual([]);
    },
  );

  it('reads from the books what became of a payment', async () => {
    const gateway = await start();
    const [open, declined, cancelled] = [
      await world.authenticate(),
      await world.authenticate({ outcome: { declineCode: 'REJECT_CARD_COMPANY' } }),
      await world.authenticate(),
    ];
    expect(await gateway.approve(declined, soleOwner())).toMatchObject({
      kind: 'declined',
      pgCode: 'REJECT_CARD_COMPANY',
    });
    await gateway.approve(cancelled, soleOwner());
    await world.sandbox.control.cancelInAdmin(cancelled.paymentKey, 4_000);

    expect(await gateway.lookUp(open)).toEqual({ kind: 'open' });
    expect(await gateway.lookUp(declined)).toMatchObject({ kind: 'declined', pgCode: 'REJECT_CARD_COMPANY' });
    expect(await gateway.lookUp(cancelled)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('PARTIAL_CANCELED'),
    });
    await world.sandbox.control.advanceClock(11 * MINUTE_MS);
    expect(await gateway.lookUp(open)).toMatchObject({ kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT_SESSION' });
    expect(await gateway.approve(open, soleOwner())).toMatchObject({
      kind: 'refused',
      pgCode: 'NOT_FOUND_PAYMENT_SESSION',
    });
  });

  it('does not take an absence for final while the payment may still be confirmed by Toss’s own clock', async () => {
    await start();
    const request = { ...(await world.authenticate()), paymentKey: 'tgen_20250626194853XXXXX' };
    const anHourAhead = { ...realClock, now: () => new Date(Date.now() + 60 * MINUTE_MS) };
    const gateway = new TossPaymentGateway(world.client, anHourAhead);
    expect(await gateway.lookUp(request)).toMatchObject({ kind: 'unknown', pgCode: 'NOT_FOUND_PAYMENT' });
    const old = { ...request, mayArriveUntil: new Date(Date.now() - MINUTE_MS) };
    expect(await gateway.lookUp(old)).toMatchObject({ kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT' });
  });

  it('says "not charged" at once when nobody listens', async () => {
    const gateway = await start({ breakerFailures: 5, breakerPauseMs: MINUTE_MS });
    const request = await world.authenticate();
    await world.sandbox.close();
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => gateway.approve(request, soleOwner())));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ kind: 'not-charged', cause: 'unavailable', pgCode: null });
    }
  });
});

describe('TossPaymentGateway, a virtual account', () => {
  it('is awaiting its deposit until the books show it, and again when the bank takes it back', async () => {
    const gateway = await start();
    const request = await world.authenticate({ method: 'VIRTUAL_ACCOUNT' });
    const issued = await gateway.approve(request, soleOwner());
    expect(issued).toEqual({
      kind: 'awaiting-deposit',
      account: {
        bank: expect.any(String),
        accountNumber: expect.any(String),
        holder: expect.any(String),
        dueAt: expect.any(Date),
      },
    });
    expect(await gateway.approve(request, soleOwner())).toEqual(issued);
    expect(await gateway.lookUp(request)).toEqual(issued);
    expect(world.moneyOf(request.paymentKey).charges).toBe(0);

    await world.sandbox.control.deposit(request.paymentKey);
    expect(await gateway.lookUp(request)).toMatchObject({ kind: 'approved', method: '가상계좌' });
    await world.sandbox.control.reverseDeposit(request.paymentKey);
    expect(await gateway.lookUp(request)).toMatchObject({ kind: 'awaiting-deposit' });
  });

  it('gives up a deposit that is awaited, again and again, and never one that came', async () => {
    const gateway = await start();
    const [awaited, came, lost] = await Promise.all(
      [1, 2, 3].map(() => world.authenticate({ method: 'VIRTUAL_ACCOUNT' })),
    );
    for (const request of [awaited!, came!, lost!]) await gateway.approve(request, soleOwner());
    expect(await gateway.callOff(awaited!)).toMatchObject({ kind: 'refused' });
    expect(await gateway.callOff(awaited!)).toMatchObject({ kind: 'refused' });
    await expect(world.sandbox.control.deposit(awaited!.paymentKey)).rejects.toThrow();

    await world.sandbox.control.deposit(came!.paymentKey);
    expect(await gateway.callOff(came!)).toMatchObject({ kind: 'approved' });
    expect(world.moneyOf(came!.paymentKey)).toMatchObject({ charged: 10_000, refunds: 0 });

    await world.sandbox.control.addFault({ route: 'cancel', times: 1, fault: { kind: 'lose-request' } });
    expect(await gateway.callOff(lost!)).toMatchObject({ kind: 'awaiting-deposit' });
    expect(await gateway.callOff(lost!)).toMatchObject({ kind: 'refused' });
  });

  it('is no approval either when the answer to the confirm got lost', async () => {
    const gateway = await start();
    const request = await world.authenticate({ method: 'VIRTUAL_ACCOUNT' });
    await world.sandbox.control.addFault({ route: 'confirm', times: 1, fault: { kind: 'drop-response' } });
    expect(await gateway.approve(request, soleOwner())).toMatchObject({ kind: 'awaiting-deposit' });
  });
});
