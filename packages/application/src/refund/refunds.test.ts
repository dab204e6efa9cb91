import { describe, expect, it } from '@jest/globals';
import { Money, UserId } from '@koosco/payment-domain';
import { LEASE_MS, orderId, readyOrder } from '../testing/ready-order';

const won = (krw: number) => Money.krw(BigInt(krw));
const lost = { answer: { kind: 'unknown', pgCode: null, reason: 'the answer was lost' }, refunds: true } as const;
const vanished = { answer: { kind: 'unknown', pgCode: null, reason: 'no answer' }, refunds: false } as const;
const refusal = {
  kind: 'refused',
  pgCode: 'NOT_CANCELABLE_PAYMENT',
  pgMessage: '취소 할 수 없는 결제 입니다.',
} as const;
const refused = { answer: refusal, refunds: false } as const;
const unavailable = { kind: 'not-refunded', cause: 'unavailable', pgCode: 'PROVIDER_ERROR', pgMessage: '' } as const;
const down = { answer: unavailable, refunds: false } as const;
const MINUTE_MS = 60_000;

async function paidOrder(options: { autoAdvance?: boolean } = {}) {
  const world = await readyOrder(options);
  await world.approve();
  return world;
}

/** The order is cancelled while the gateway is asked for the second time. */
async function cancelOrderAmidSecondTry(world: Awaited<ReturnType<typeof readyOrder>>): Promise<void> {
  const release = world.gateway.hold();
  const again = world.approve();
  while (world.gateway.approvals.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(await world.cancelOrder()).toBe('after-attempt');
  release();
  await again;
}

describe('CancelPaymentUseCase', () => {
  it('gives a part back, then the rest, and says so each time', async () => {
    const world = await paidOrder();
    expect(await world.cancel({ amount: won(3_000) })).toMatchObject({
      kind: 'refunded',
      canceledAmount: won(3_000),
      totalCanceledAmount: won(3_000),
      remainingAmount: won(7_000),
    });
    expect(await world.payment()).toMatchObject({ status: 'PARTIALLY_CANCELED', canceledAmount: won(3_000) });
    expect(await world.cancel()).toMatchObject({
      kind: 'refunded',
      canceledAmount: won(7_000),
      remainingAmount: won(0),
    });
    expect(await world.payment()).toMatchObject({ status: 'CANCELED', canceledAmount: won(10_000) });
    expect(await world.cancel()).toEqual({ kind: 'already-canceled' });
    expect(world.events()).toEqual(['payment.created', 'payment.completed', 'payment.canceled', 'payment.canceled']);
    const canceled = world.database.tables.events.filter(({ type }) => type === 'payment.canceled');
    expect(canceled.map(({ data }) => data)).toMatchObject([
      {
        canceledAmount: 3_000n,
        totalCanceledAmount: 3_000n,
        remainingAmount: 7_000n,
        isFullyCanceled: false,
        sequence: 3,
      },
      { canceledAmount: 7_000n, totalCanceledAmount: 10_000n, remainingAmount: 0n, isFullyCanceled: true, sequence: 4 },
    ]);
  });

  it.each([0, 10_001])('refuses %i won of 10,000 without asking the gateway', async (krw) => {
    const world = await paidOrder();
    expect(await world.cancel({ amount: won(krw) })).toEqual({ kind: 'amount-mismatch' });
    expect(world.refundGateway.refunds).toEqual([]);
  });

  it('gives back nothing that was not paid, nor to anybody else', async () => {
    const world = await readyOrder();
    expect(await world.cancel()).toEqual({ kind: 'nothing-paid' });
    await world.approve();
    expect(await world.cancel({ requester: { kind: 'buyer', userId: UserId.of(8n) } })).toEqual({ kind: 'not-found' });
    expect(await world.cancel({ requester: { kind: 'trusted' } })).toMatchObject({ kind: 'refunded' });
  });

  it('reserve × 50, settle × 10: of fifty refunds of a tenth at once, ten are had and the books agree', async () => {
    const world = await paidOrder({ autoAdvance: false });
    const results = await Promise.all(Array.from({ length: 50 }, () => world.cancel({ amount: won(1_000) })));
    expect(results.filter(({ kind }) => kind === 'refunded')).toHaveLength(10);
    expect(results.filter(({ kind }) => kind === 'amount-mismatch')).toHaveLength(40);
    expect(world.refundGateway.refunds).toHaveLength(10);
    expect(world.refundGateway.balanceOf('key-1')).toEqual(won(0));
    expect(await world.payment()).toMatchObject({ status: 'CANCELED', canceledAmount: won(10_000) });
    expect(world.events()).toHaveLength(12);
  });

  it('is the same refund when its wish has the same name, however often', async () => {
    const world = await paidOrder();
    const first = await world.cancel({ amount: won(3_000), wishId: 'w' });
    expect(await world.cancel({ amount: won(3_000), wishId: 'w' })).toEqual({ ...first, replayed: true });
    await world.cancel();
    expect(await world.cancel({ amount: won(3_000), wishId: 'w' })).toEqual({ ...first, replayed: true });
    expect(world.refundGateway.refunds).toHaveLength(2);
  });

  it('releases what the gateway refused, and says the same to a repetition', async () => {
    const world = await paidOrder();
    world.refundGateway.script(refused);
    expect(await world.cancel({ wishId: 'w' })).toEqual(refusal);
    expect(await world.cancel({ wishId: 'w' })).toEqual(refusal);
    expect(await world.payment()).toMatchObject({ status: 'APPROVED', sequence: 2 });
    expect(await world.cancel()).toMatchObject({ kind: 'refunded', canceledAmount: won(10_000) });
  });

  it('releases what the gateway could not do, so that it can be asked for again', async () => {
    const world = await paidOrder();
    world.refundGateway.script(down);
    expect(await world.cancel()).toEqual({ kind: 'not-refunded' });
    expect(await world.cancel()).toMatchObject({ kind: 'refunded' });
  });

  it('keeps reserved what is unclear: nobody who did not name their wish is given the same money twice', async () => {
    const world = await paidOrder();
    world.refundGateway.script(lost);
    expect(await world.cancel({ amount: won(3_000) })).toMatchObject({ kind: 'unknown' });
    expect(await world.cancel({ amount: won(3_000) })).toMatchObject({ kind: 'in-progress' });
    await world.clock.advance(MINUTE_MS);
    await world.relayRefunds();
    expect(world.refundGateway.refunds).toHaveLength(1);
    expect(await world.payment()).toMatchObject({ canceledAmount: won(3_000), status: 'PARTIALLY_CANCELED' });
  });

  it.each([lost, vanished])('lets a repetition of an unclear wish find out: $refunds', async (step) => {
    const world = await paidOrder();
    world.refundGateway.script(step);
    expect(await world.cancel({ wishId: 'w' })).toMatchObject({ kind: 'unknown' });
    expect(await world.cancel({ wishId: 'w' })).toMatchObject({ kind: 'refunded', canceledAmount: won(10_000) });
    expect(world.refundGateway.refunds).toHaveLength(1);
  });

  it('is carried out by its own request, however often a relay looks before that has begun', async () => {
    const world = await paidOrder({ autoAdvance: false });
    const letAnswer = world.refundGateway.hold();
    const cancelling = world.cancel();
    const looks: ReturnType<typeof world.relayRefunds>[] = [];
    while (world.refunds()[0] !== 'IN_FLIGHT') {
      looks.push(world.relayRefunds());
      await Promise.resolve();
    }
    await world.clock.advance(LEASE_MS - 1);
    letAnswer();
    expect(await cancelling).toMatchObject({ kind: 'refunded', canceledAmount: won(10_000) });
    expect((await Promise.all(looks)).flat()).toEqual([]);
  });

  it('hands the account of the buyer on and keeps it nowhere', async () => {
    const world = await paidOrder();
    const receiveAccount = { bank: '20', accountNumber: '1002003004005', holderName: '김토스' };
    await world.cancel({ receiveAccount });
    expect(world.refundGateway.refunds[0]).toMatchObject({ receiveAccount });
    const stored = JSON.stringify([...world.database.tables.refunds.values()], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(stored).not.toMatch(/1002003004005|김토스/);
  });
});

describe('RequestRefundUseCase', () => {
  it('makes the refund due once, and leaves the gateway to the relay', async () => {
    const world = await paidOrder();
    expect([await world.requestRefund(4_000n), await world.requestRefund(4_000n)]).toEqual([
      'requested',
      'duplicate-event',
    ]);
    expect(world.refundGateway.refunds).toEqual([]);
    await world.relayRefunds();
    expect(world.refundGateway.refunds).toHaveLength(1);
    expect(await world.payment()).toMatchObject({ status: 'PARTIALLY_CANCELED', canceledAmount: won(4_000) });
    expect(world.database.tables.events.at(-1)?.data.causationId).toBe('refund-1');
    expect(await world.requestRefund(4_000n)).toBe('duplicate-event');
  });

  it('says what cannot be given back, each time', async () => {
    const world = await readyOrder({ placed: false });
    for (const _ of [1, 2]) expect(await world.requestRefund(1n)).toBe('unknown-order');
    await world.place();
    expect(await world.requestRefund(1n)).toBe('nothing-paid');
    await world.approve();
    expect(await world.requestRefund(1n, 'refund-2', 8n)).toBe('other-user');
    expect(await world.requestRefund(10_001n)).toBe('more-than-remains');
    expect(await world.requestRefund(6_000n, 'refund-3', null)).toBe('requested');
    for (const _ of [1, 2]) expect(await world.requestRefund(4_001n, 'refund-4')).toBe('more-than-remains');
    expect(await world.requestRefund(4_000n, 'refund-5')).toBe('requested');
  });

  it('goes on until it is done while the gateway is down, each time under a key of its own', async () => {
    const world = await paidOrder();
    await world.requestRefund(4_000n);
    world.refundGateway.script(down, down);
    for (let round = 0; round < 4; round++) {
      await world.relayRefunds();
      await world.clock.advance(5 * MINUTE_MS);
    }
    const refundId = [...world.database.tables.refunds.keys()][0];
    expect(world.refundGateway.refunds.map(({ idempotencyKey }) => idempotencyKey)).toEqual([`${refundId}-2`]);
    expect(world.refunds()).toEqual(['SUCCEEDED']);
  });

  it('begins anew under another key when both keys are answered with an old error for ever', async () => {
    const world = await paidOrder();
    await world.requestRefund(4_000n);
    world.refundGateway.script(vanished, vanished, vanished, vanished, vanished, vanished, vanished, vanished);
    for (let minute = 0; minute < 30; minute++) {
      await world.relayRefunds();
      await world.clock.advance(MINUTE_MS);
    }
    expect(world.refunds()).toEqual(['SUCCEEDED']);
    expect(world.refundGateway.refunds).toHaveLength(1);
    expect(world.refundGateway.refunds[0]?.idempotencyKey).toMatch(/-1$/);
  });
});

describe('CancelOrderUseCase', () => {
  it('calls a payment off that nobody began to pay', async () => {
    const world = await readyOrder();
    expect([await world.cancelOrder(), await world.cancelOrder(), await world.cancelOrder('again')]).toEqual([
      'called-off',
      'duplicate-event',
      'nothing-left',
    ]);
    expect(await world.payment()).toMatchObject({ status: 'CANCELED', approval: null });
    expect(world.events()).toEqual(['payment.created', 'payment.canceled']);
    expect(world.database.tables.events[1]?.data).toMatchObject({ canceledAmount: 0n, isFullyCanceled: true });
    expect(await world.approve()).toEqual({ kind: 'not-ready' });
    expect(world.gateway.charges).toEqual([]);
  });

  it('lets a payment be born cancelled when it hears of the end before the beginning', async () => {
    const world = await readyOrder({ placed: false });
    expect(await world.cancelOrder()).toBe('remembered');
    expect(await world.place()).toEqual(['created']);
    expect(await world.payment()).toMatchObject({ status: 'CANCELED', sequence: 2 });
    expect(world.events()).toEqual(['payment.created', 'payment.canceled']);
  });

  it('gives everything back that is left of what was paid', async () => {
    const world = await paidOrder();
    await world.cancel({ amount: won(3_000) });
    expect(await world.cancelOrder()).toBe('refund-requested');
    await world.relayRefunds();
    expect(await world.payment()).toMatchObject({ status: 'CANCELED', canceledAmount: won(10_000) });
    expect(world.refundGateway.balanceOf('key-1')).toEqual(won(0));
    expect(world.database.tables.events.at(-1)?.data.causationId).toBe('cancelled-1');
  });

  it('lets a charge under way come to its end, and gives it back', async () => {
    const world = await readyOrder({ autoAdvance: false });
    const release = world.gateway.hold();
    const confirming = world.approve();
    while (world.gateway.approvals.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await world.cancelOrder()).toBe('after-attempt');
    release();
    expect(await confirming).toMatchObject({ kind: 'approved' });
    await world.relayRefunds();
    expect(await world.payment()).toMatchObject({ status: 'CANCELED', canceledAmount: won(10_000) });
    expect(world.events()).toEqual(['payment.created', 'payment.completed', 'payment.canceled']);
    expect(world.refundGateway.balanceOf('key-1')).toEqual(won(0));
  });

  it('calls a payment off once the attempt under way ends without a charge', async () => {
    const world = await readyOrder();
    world.gateway.script('key-1', { answer: { kind: 'unknown', pgCode: null, reason: '' }, charges: false });
    await world.approve();
    expect(await world.cancelOrder()).toBe('after-attempt');
    world.gateway.scriptLookUp('key-1', { kind: 'refused', pgCode: 'EXPIRED', pgMessage: '' });
    await world.clock.advance(MINUTE_MS);
    await world.relay();
    expect(await world.payment()).toMatchObject({ status: 'CANCELED', approval: null });
    expect(world.events()).toEqual(['payment.created', 'payment.canceled']);
  });

  it('gives up a deposit that is awaited, so that nobody pays for what is no more', async () => {
    const world = await readyOrder();
    world.gateway.script('key-1', { answer: { kind: 'awaiting-deposit', account: null } });
    await world.approve();
    await world.clock.advance(MINUTE_MS);
    await world.relay();
    expect(world.attempts()).toEqual(['AWAITING_DEPOSIT']);
    expect(await world.cancelOrder()).toBe('after-attempt');
    await world.clock.advance(10 * MINUTE_MS);
    await world.relay();
    expect(world.attempts()).toEqual(['REFUSED']);
    expect(await world.payment()).toMatchObject({ status: 'CANCELED', approval: null });
    expect(world.events()).toEqual(['payment.created', 'payment.canceled']);
  });

  it('wants back what another refund had reserved and did not get', async () => {
    const world = await paidOrder();
    world.refundGateway.script(vanished, refused);
    await world.cancel({ amount: won(3_000) });
    // 7,000 are free, and wanted at once.
    expect(await world.cancelOrder()).toBe('refund-requested');
    for (let round = 0; round < 6; round++) {
      await world.clock.advance(MINUTE_MS);
      await world.relayRefunds();
    }
    expect(world.refunds()).toEqual(['REFUSED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(await world.payment()).toMatchObject({ status: 'CANCELED', canceledAmount: won(10_000) });
  });
});

describe('a charge that its payment cannot take', () => {
  it('of another amount goes back as it was charged, and the payment can still be paid', async () => {
    const world = await readyOrder();
    const approvedAt = new Date('2026-01-15T09:00:01.000Z');
    const mischarged = { kind: 'mischarged', amount: won(9_000), pgTransactionId: 'tx-9', approvedAt } as const;
    world.gateway.script('key-1', { answer: mischarged });
    expect(await world.approve()).toEqual({ kind: 'amount-mismatch' });
    expect(world.attempts()).toEqual(['UNAPPLIED']);
    const [refund] = [...world.database.tables.refunds.values()];
    expect(refund).toMatchObject({ amount: won(9_000), origin: 'UNAPPLIED_CHARGE', paymentKey: 'key-1' });
    expect(await world.approve({ paymentKey: 'key-2' })).toMatchObject({ kind: 'approved' });
    expect(await world.payment()).toMatchObject({ status: 'APPROVED', sequence: 2 });
  });

  it('of another amount, met again after the order was cancelled, goes back once, and the payment is called off', async () => {
    const world = await readyOrder({ autoAdvance: false });
    const approvedAt = new Date('2026-01-15T09:00:01.000Z');
    const mischarged = { kind: 'mischarged', amount: won(9_000), pgTransactionId: 'tx-9', approvedAt } as const;
    world.gateway.script('key-1', { answer: mischarged }, { answer: mischarged });
    await world.approve();
    await cancelOrderAmidSecondTry(world);
    expect(world.attempts()).toEqual(['UNAPPLIED', 'UNAPPLIED']);
    expect(world.database.tables.refunds.size).toBe(1);
    expect(await world.payment()).toMatchObject({ status: 'CANCELED', approval: null });
    expect(world.events()).toEqual(['payment.created', 'payment.canceled']);
  });

  it('goes back by itself, and touches nothing of what the payment took', async () => {
    const world = await readyOrder();
    world.gateway.script('key-1', { answer: { kind: 'unknown', pgCode: null, reason: '' }, charges: true });
    await world.approve();
    // The books are late: it looks as if the session had ended without a charge.
    world.gateway.scriptLookUp('key-1', { kind: 'refused', pgCode: 'EXPIRED', pgMessage: '' });
    await world.clock.advance(MINUTE_MS);
    await world.relay();
    expect(await world.approve({ paymentKey: 'key-2' })).toMatchObject({ kind: 'approved' });
    await world.clock.advance(20 * MINUTE_MS);
    await world.relay();
    expect(world.attempts()).toEqual(['UNAPPLIED', 'SUCCEEDED']);
    await world.relayRefunds();
    expect([world.refundGateway.balanceOf('key-1'), world.refundGateway.balanceOf('key-2')]).toEqual([
      won(0),
      won(10_000),
    ]);
    expect(await world.payment()).toMatchObject({ status: 'APPROVED', canceledAmount: won(0) });
    const [charge] = [...world.database.tables.unappliedCharges.values()];
    expect(charge).toMatchObject({ refundedAt: expect.any(Date), orderId });
  });
});

it('a charge that its payment cannot take goes back once, however many attempts come upon the same charge', async () => {
  const world = await readyOrder({ autoAdvance: false });
  const late = { kind: 'not-charged', cause: 'unavailable', pgCode: null, pgMessage: null } as const;
  world.gateway.script('key-1', { answer: late, charges: false }, { answer: late, charges: true });
  await world.approve();
  await cancelOrderAmidSecondTry(world);
  expect(await world.payment()).toMatchObject({ status: 'CANCELED', approval: null });
  for (let look = 0; look < 3; look++) {
    await world.clock.advance(20 * MINUTE_MS);
    await world.relay();
    await world.relayRefunds();
  }
  expect(world.attempts()).toEqual(['UNAPPLIED', 'UNAPPLIED']);
  expect(world.refunds()).toEqual(['SUCCEEDED']);
  expect(world.refundGateway.balanceOf('key-1')).toEqual(won(0));
});
