import { describe, expect, it } from '@jest/globals';
import { type ApprovalOutcome } from './approval-outcome';
import { Money } from './money';
import { OrderId } from './order-id';
import { PaymentAttempt, type PaymentAttemptStatus } from './payment-attempt';
import { PaymentId } from './payment-id';

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
  AWAITING_DEPOSIT: { kind: 'awaiting-deposit', dueAt: null },
  UNKNOWN: { kind: 'unknown', pgCode: null, reason: 'no answer' },
};
const invalidStatus = expect.objectContaining({ code: 'INVALID_ATTEMPT_STATUS' });
const settled: PaymentAttemptStatus[] = ['SUCCEEDED', 'DECLINED', 'REFUSED', 'NOT_CHARGED'];
const unresolved: PaymentAttemptStatus[] = ['IN_FLIGHT', 'UNKNOWN', 'AWAITING_DEPOSIT'];

function attemptIn(status: PaymentAttemptStatus): PaymentAttempt {
  const started = PaymentAttempt.start({
    attemptId: '0191f1a0-7c00-7000-8000-00000000000a',
    paymentId: PaymentId.of('0191f1a0-7c00-7000-8000-0123456789ab'),
    orderId: OrderId.of(1n),
    paymentKey: 'tgen_key',
    gatewayIdempotencyKey: 'confirm-1',
    amount: Money.krw(10_000n),
    correlationId: '1',
    now: startedAt,
    leasedUntil,
  });
  const outcome = outcomes[status];
  return outcome === null ? started : started.settle(outcome, startedAt, leasedUntil);
}

describe('PaymentAttempt', () => {
  it('is its first worker’s until the lease ends, and due then', () => {
    const { state } = attemptIn('IN_FLIGHT');
    expect(state).toMatchObject({ leasedUntil, dueAt: leasedUntil, takeovers: 0 });
  });

  it.each(unresolved)('%s may be settled by every outcome', (from) => {
    for (const [to, outcome] of Object.entries(outcomes)) {
      if (outcome === null) continue;
      const next = attemptIn(from).settle(outcome, later, askAgainAt);
      expect(next.state).toMatchObject({ status: to, leasedUntil: null });
      expect(next.isSettled).toBe(settled.includes(next.state.status));
      expect(next.state.dueAt).toEqual(next.isSettled ? null : askAgainAt);
    }
  });

  it.each(settled)('%s hears nothing but, where no money had moved, that it moved after all', (status) => {
    const attempt = attemptIn(status);
    for (const outcome of Object.values(outcomes)) {
      if (outcome === null) continue;
      if (outcome.kind === 'approved' && (status === 'REFUSED' || status === 'NOT_CHARGED')) {
        expect(attempt.settle(outcome, later, askAgainAt).state).toMatchObject({ status: 'SUCCEEDED', pgCode: null });
      } else {
        expect(() => attempt.settle(outcome, later, askAgainAt)).toThrow(invalidStatus);
      }
    }
    expect(() => attempt.takeOver(later, askAgainAt)).toThrow(invalidStatus);
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
    expect(taken.state).toMatchObject({ takeovers: 1, leasedUntil: askAgainAt, dueAt: askAgainAt });
    expect(() => taken.takeOver(later, new Date(askAgainAt.getTime() + 1))).toThrow('lease');
  });

  it('may be taken over at once when its worker gave up without an answer', () => {
    expect(attemptIn('UNKNOWN').takeOver(startedAt, leasedUntil).state).toMatchObject({
      status: 'UNKNOWN',
      leasedUntil,
    });
  });

  it('keeps its gateway idempotency key through every takeover', () => {
    expect(attemptIn('UNKNOWN').takeOver(leasedUntil, askAgainAt).state.gatewayIdempotencyKey).toBe('confirm-1');
  });
});
