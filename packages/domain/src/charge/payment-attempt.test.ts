import { describe, expect, it } from '@jest/globals';
import { type ApprovalOutcome } from './approval-outcome';
import { Money } from '../money';
import { OrderId } from '../order-id';
import { PaymentAttempt, type PaymentAttemptStatus } from './payment-attempt';
import { PaymentId } from '../payment/payment-id';

const startedAt = new Date('2026-03-01T00:00:00Z');
const leasedUntil = new Date('2026-03-01T00:01:30Z');
const later = new Date('2026-03-01T00:02:00Z');
const askAgainAt = new Date('2026-03-01T00:02:05Z');

const outcomes: Record<PaymentAttemptStatus, ApprovalOutcome | null> = {
  IN_FLIGHT: null,
  SUCCEEDED: { kind: 'approved', pgTransactionId: 't', approvedAt: later, method: null, receiptUrl: null },
  DECLINED: { kind: 'declined', pgCode: 'REJECT_CARD_COMPANY', pgMessage: '결제 승인이 거절되었습니다.' },
  REFUSED: { kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT_SESSION', pgMessage: '만료' },
  NOT_CHARGED: { kind: 'not-charged', cause: 'unavailable', pgCode: null, pgMessage: null },
  AWAITING_DEPOSIT: { kind: 'awaiting-deposit', account: null },
  UNKNOWN: { kind: 'unknown', pgCode: null, reason: 'no answer' },
  // Not an outcome: what becomes of an approval that its payment cannot take.
  UNAPPLIED: null,
};
const invalidStatus = expect.objectContaining({ code: 'INVALID_ATTEMPT_STATUS' });
const settled: PaymentAttemptStatus[] = ['SUCCEEDED', 'DECLINED', 'REFUSED', 'NOT_CHARGED', 'UNAPPLIED'];
const unresolved: PaymentAttemptStatus[] = ['IN_FLIGHT', 'UNKNOWN', 'AWAITING_DEPOSIT'];
const send = {
  keySlot: 'first',
  credential: 'c',
  unanswered: true,
  answerCode: null,
  isUnclear: false,
  mayArriveUntil: later,
} as const;
const by = { fence: 0, nextLookAt: askAgainAt };

function started(): PaymentAttempt {
  return PaymentAttempt.start({
    attemptId: '0191f1a0-7c00-7000-8000-00000000000a',
    paymentId: PaymentId.of('0191f1a0-7c00-7000-8000-0123456789ab'),
    orderId: OrderId.of(1n),
    paymentKey: 'tgen_key',
    gatewayIdempotencyKey: 'confirm-1',
    amount: Money.krw(10_000n),
    correlationId: '1',
    now: startedAt,
    leasedUntil,
    send,
  });
}

function attemptIn(status: PaymentAttemptStatus): PaymentAttempt {
  if (status === 'UNAPPLIED') return started().settleUnapplied(startedAt);
  const outcome = outcomes[status];
  return outcome === null ? started() : started().settle(outcome, by, startedAt);
}

/** The same, but somebody is at work on it, under the second fencing token. */
function takenIn(status: PaymentAttemptStatus): PaymentAttempt {
  const attempt = attemptIn(status);
  return attempt.takeOver(attempt.state.leasedUntil ?? later, new Date('2027-01-01T00:00:00Z'));
}

describe('PaymentAttempt', () => {
  it('is its first worker’s until the lease ends, and due then', () => {
    const { state } = attemptIn('IN_FLIGHT');
    expect(state).toMatchObject({ leasedUntil, dueAt: leasedUntil, fence: 0, send });
  });

  it.each(unresolved)('%s may be settled by every outcome its owner hears', (from) => {
    for (const [to, outcome] of Object.entries(outcomes)) {
      if (outcome === null) continue;
      const next = takenIn(from).settle(outcome, { fence: 1, nextLookAt: askAgainAt }, later);
      expect(next.state).toMatchObject({ status: to, leasedUntil: null });
      expect(next.isSettled).toBe(settled.includes(next.state.status));
      const isLookedAtAgain = !next.isSettled || to === 'REFUSED' || to === 'NOT_CHARGED';
      expect(next.state.dueAt).toEqual(isLookedAtAgain ? askAgainAt : null);
    }
  });

  it.each(unresolved)('%s believes of others than its owner only that the money moved', (from) => {
    for (const outcome of Object.values(outcomes)) {
      if (outcome === null) continue;
      const settle = () => takenIn(from).settle(outcome, { fence: 0, nextLookAt: askAgainAt }, later);
      if (outcome.kind === 'approved') expect(settle().state.status).toBe('SUCCEEDED');
      else expect(settle).toThrow(invalidStatus);
    }
  });

  it.each(settled)('%s hears nothing but, where no money had moved, that it moved after all', (status) => {
    const attempt = attemptIn(status);
    for (const outcome of Object.values(outcomes)) {
      if (outcome === null) continue;
      if (outcome.kind === 'approved' && ['DECLINED', 'REFUSED', 'NOT_CHARGED'].includes(status)) {
        expect(attempt.settle(outcome, by, later).state).toMatchObject({ status: 'SUCCEEDED', pgCode: null });
        expect(attempt.settleUnapplied(later).state).toMatchObject({ status: 'UNAPPLIED', dueAt: null });
      } else {
        expect(() => attempt.settle(outcome, by, later)).toThrow(invalidStatus);
      }
    }
  });

  it.each(['SUCCEEDED', 'DECLINED', 'UNAPPLIED'] as const)('%s is nobody’s business any more', (status) => {
    expect(() => attemptIn(status).takeOver(later, askAgainAt)).toThrow(invalidStatus);
  });

  it.each(['REFUSED', 'NOT_CHARGED'] as const)('%s is looked at once more, and stays what it is', (status) => {
    const taken = takenIn(status);
    expect(() => taken.endLook(0, null, later)).toThrow(invalidStatus);
    expect(taken.endLook(1, null, later).state).toMatchObject({ status, leasedUntil: null, dueAt: null });
    expect(() => taken.endLook(1, null, later).takeOver(later, askAgainAt)).toThrow(invalidStatus);
  });

  it('keeps what the gateway said, for the same answer later', () => {
    expect(attemptIn('DECLINED').state).toMatchObject({
      pgCode: 'REJECT_CARD_COMPANY',
      pgMessage: '결제 승인이 거절되었습니다.',
    });
  });

  it('is taken over once its lease has ended, not before, and by one worker', () => {
    const attempt = attemptIn('IN_FLIGHT');
    expect(() => attempt.takeOver(new Date(leasedUntil.getTime() - 1), askAgainAt)).toThrow('lease');
    const taken = attempt.takeOver(leasedUntil, askAgainAt);
    expect(taken.state).toMatchObject({ fence: 1, leasedUntil: askAgainAt, dueAt: askAgainAt });
    expect([taken.isOwnedBy(0), taken.isOwnedBy(1)]).toEqual([false, true]);
    expect(() => taken.takeOver(later, new Date(askAgainAt.getTime() + 1))).toThrow('lease');
  });

  it('may be taken over at once when its worker gave up without an answer', () => {
    expect(attemptIn('UNKNOWN').isOwnedBy(0)).toBe(false);
    expect(attemptIn('UNKNOWN').takeOver(startedAt, leasedUntil).state).toMatchObject({
      status: 'UNKNOWN',
      leasedUntil,
    });
  });

  it('keeps its gateway idempotency key, and what may have been sent, through every takeover', () => {
    const learned = { ...send, keySlot: 'second', unanswered: false, answerCode: 'PROVIDER_ERROR' } as const;
    const unknown = started().settle(outcomes.UNKNOWN!, { ...by, send: learned }, later);
    const { state } = unknown.takeOver(leasedUntil, askAgainAt);
    expect(state).toMatchObject({ gatewayIdempotencyKey: 'confirm-1', send: learned });
  });

  it('counts the questions that were asked in vain, not those that our own limits held back', () => {
    const unknown = { kind: 'unknown', pgCode: null, reason: '' } as const;
    const asked = started().settle(unknown, by, later);
    expect(asked.state.asks).toBe(1);
    const heldBack = asked
      .takeOver(later, askAgainAt)
      .settle({ ...unknown, heldBack: true }, { ...by, fence: 1 }, later);
    expect(heldBack.state.asks).toBe(1);
  });
});
