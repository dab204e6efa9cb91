import { type RefundRequest } from '@koosco/payment-application';
import { Money, OrderId, PgOrderId } from '@koosco/payment-domain';
import { describe, expect, it } from '@jest/globals';

import { type TossAnswer } from '../../client/answers/toss-answer';
import { readTossPayment, type TossPayment } from '../../client/answers/toss-payment';
import { tossPaymentJson } from '../../testing/toss-payment-json';
import { factOfCancel, factOfRefundBooks } from './refund-facts';

const request: RefundRequest = {
  paymentKey: 'tgen_20250626194853NtWm4',
  pgOrderId: PgOrderId.of(OrderId.of(42n)),
  amount: Money.krw(300n),
  remainingBefore: Money.krw(700n),
  knownRefunds: ['t-1'],
  reason: '변심',
  idempotencyKey: 'k',
};
const readAt = new Date('2026-01-01T00:00:00Z');
const canceledAt = '2026-01-01T09:00:05+09:00';
const known = { transactionKey: 't-1', cancelAmount: 300, refundableAmount: 700, canceledAt, cancelStatus: 'DONE' };
const ours = { transactionKey: 't-2', cancelAmount: 300, refundableAmount: 400, canceledAt, cancelStatus: 'DONE' };

function payment(change: Record<string, unknown>): TossAnswer<TossPayment> {
  const value = readTossPayment(tossPaymentJson({ status: 'PARTIAL_CANCELED', balanceAmount: 400, ...change }))!;
  return { kind: 'ok', value, httpStatus: 200, traceId: null, secretKey: 'current' };
}

describe('refund, in an answer of Toss', () => {
  it('is the cancel that our books do not hold, with its amount and its remainder', () => {
    const outcome = { kind: 'refunded', pgTransactionId: 't-2', refundedAt: new Date('2026-01-01T00:00:05Z') };
    const answer = payment({ cancels: [known, ours] });
    expect(factOfCancel(answer, request, readAt)).toEqual({ kind: 'final', outcome });
    expect(factOfRefundBooks(answer, request, readAt)).toEqual({ kind: 'final', outcome });
  });

  it('is never one that our books hold already, though it looks the same', () => {
    const stale = { ...request, remainingBefore: Money.krw(1000n) };
    const fact = factOfRefundBooks(payment({ cancels: [known], balanceAmount: 700 }), stale, readAt);
    expect(fact).toMatchObject({ kind: 'final', outcome: { kind: 'unknown' } });
  });

  it('is not there while the remainder is what it was', () => {
    const answer = payment({ cancels: [known], balanceAmount: 700 });
    expect(factOfRefundBooks(answer, request, readAt)).toEqual({ kind: 'nothing-done' });
    expect(factOfCancel(answer, request, readAt)).toMatchObject({ kind: 'final', outcome: { kind: 'unknown' } });
  });

  it.each<[string, Record<string, unknown>]>([
    [
      'another amount was given back',
      { cancels: [known, { ...ours, cancelAmount: 100, refundableAmount: 600 }], balanceAmount: 600 },
    ],
    ['all was given back', { cancels: [known, { ...ours, cancelAmount: 700, refundableAmount: 0 }], balanceAmount: 0 }],
    ['the remainder after it is another', { cancels: [known, { ...ours, refundableAmount: 100 }], balanceAmount: 100 }],
    [
      'others left the same remainder',
      {
        cancels: [
          known,
          { ...ours, transactionKey: 't-8', cancelAmount: 200, refundableAmount: 500 },
          { ...ours, cancelAmount: 100 },
        ],
      },
    ],
    ['Toss is still at it', { cancels: [known, { ...ours, cancelStatus: 'IN_PROGRESS' }] }],
    ['it is in another payment', { cancels: [known, ours], paymentKey: 'tgen_other' }],
    ['it is in another order', { cancels: [known, ours], orderId: 'ord-0000000000000000043' }],
    ['it is in another currency', { cancels: [known, ours], currency: 'USD' }],
  ])('is left to a person when %s', (_what, change) => {
    expect(factOfRefundBooks(payment(change), request, readAt)).toMatchObject({
      kind: 'final',
      outcome: { kind: 'unknown', reason: expect.not.stringContaining('tgen_') },
    });
  });

  it.each([
    { kind: 'error', httpStatus: 429, code: 'TOO_MANY_REQUESTS', message: '', answeredAt: null },
    { kind: 'no-answer', phase: 'unreadable', cause: 'not-json', httpStatus: 429 },
  ] as const)('was turned away by a 429, whoever wrote its body ($kind)', (answer) => {
    const turnedAway = { ...answer, traceId: null, secretKey: 'current' } as const;
    expect(factOfCancel(turnedAway, request, readAt)).toEqual({ kind: 'turned-away' });
  });

  it('cannot be told from an error or from silence', () => {
    const absent = {
      kind: 'error',
      httpStatus: 404,
      code: 'NOT_FOUND_PAYMENT',
      message: '',
      answeredAt: null,
      traceId: null,
    } as const;
    expect(factOfRefundBooks({ ...absent, secretKey: 'current' }, request, readAt)).toEqual({ kind: 'unreadable' });
    const cut = { kind: 'no-answer', phase: 'cut-body', cause: 'x', httpStatus: 200, traceId: null } as const;
    expect(factOfCancel({ ...cut, secretKey: 'current' }, request, readAt)).toEqual({ kind: 'no-answer' });
  });
});
