import { type ApprovalRequest } from '@koosco/payment-application';
import { Money, OrderId, PgOrderId } from '@koosco/payment-domain';
import { describe, expect, it } from '@jest/globals';

import { type TossAnswer, unsentByUs } from '../../client/answers/toss-answer';
import { readTossPayment, type TossPayment } from '../../client/answers/toss-payment';
import { tossPaymentJson } from '../../testing/toss-payment-json';
import { factOfBooks, factOfConfirm } from './approval-facts';

const request: ApprovalRequest = {
  paymentKey: 'tgen_20250626194853NtWm4',
  pgOrderId: PgOrderId.of(OrderId.of(42n)),
  amount: Money.krw(1000n),
  idempotencyKey: 'k',
};
const readAt = new Date('2026-01-01T00:00:00Z');

function paid(change: Record<string, unknown> = {}): TossAnswer<TossPayment> {
  const value = readTossPayment(tossPaymentJson(change))!;
  return { kind: 'ok', value, httpStatus: 200, traceId: null, secretKey: 'current' };
}

function error(code: string, httpStatus = 400): TossAnswer<TossPayment> {
  return { kind: 'error', httpStatus, code, message: 'm', answeredAt: null, traceId: null, secretKey: 'current' };
}

function noAnswer(
  phase: 'not-sent' | 'no-response' | 'cut-body' | 'unreadable',
  cause: string,
): TossAnswer<TossPayment> {
  return { kind: 'no-answer', phase, cause, httpStatus: null, traceId: null, secretKey: 'current' };
}

const approved = {
  kind: 'approved',
  pgTransactionId: 'txrd_a01jynr2s3jbp5rtqk4w53xw0jh',
  approvedAt: new Date('2025-06-26T10:49:10Z'),
  method: '카드',
  receiptUrl: 'https://dashboard-sandbox.tosspayments.com/receipt/redirection',
};

describe.each([
  ['the answer to a confirm', factOfConfirm],
  ['a look-up', factOfBooks],
])('%s', (_where, factOf) => {
  it('proves an approval when paymentKey, orderId, amount, currency and status agree', () => {
    expect(factOf(paid(), request, readAt)).toEqual({ kind: 'final', outcome: approved });
  });

  it.each<[string, unknown]>([
    ['paymentKey', 'tgen_20250626194853XXXXX'],
    ['orderId', 'ord-0000000000000000043'],
    ['totalAmount', 999],
    ['totalAmount', undefined],
    ['totalAmount', '1000'],
    ['currency', 'USD'],
    ['currency', undefined],
  ])('is quarantined when %s is %p', (field, value) => {
    const { outcome } = factOf(paid({ [field]: value }), request, readAt) as {
      outcome: { kind: string; reason: string };
    };
    expect(outcome.kind).toBe('unknown');
    expect(outcome.reason).toMatch(new RegExp(`differs from the request in ${field}$`));
    expect(outcome.reason).not.toContain('tgen_');
  });

  it('tells what was charged when everything agrees but the amount, so that it can go back', () => {
    const { outcome } = factOf(paid({ totalAmount: 999, balanceAmount: 999 }), request, readAt) as { outcome: object };
    const { pgTransactionId, approvedAt } = approved;
    expect(outcome).toEqual({ kind: 'mischarged', amount: Money.krw(999n), pgTransactionId, approvedAt });
  });

  it.each(['CANCELED', 'PARTIAL_CANCELED', 'SETTLED_ON_MARS'])(
    'is left to a person when the status is %s',
    (status) => {
      expect(factOf(paid({ status }), request, readAt)).toMatchObject({ kind: 'final', outcome: { kind: 'unknown' } });
    },
  );

  it.each([1_000, 900])('of %p won that went back as a whole leaves nothing to charge', (totalAmount) => {
    const cancels = [{ transactionKey: 't', cancelAmount: totalAmount, cancelStatus: 'DONE' }];
    const books = { status: 'CANCELED', totalAmount, balanceAmount: 0, cancels };
    expect(factOf(paid(books), request, readAt)).toMatchObject({
      ...{ kind: 'final', outcome: { kind: 'refused', pgCode: 'ALREADY_PROCESSED_PAYMENT' } },
    });
    // A bank that is still at it may say no.
    const underWay = { ...books, cancels: [{ ...cancels[0], cancelStatus: 'IN_PROGRESS' }] };
    expect(factOf(paid(underWay), request, readAt)).toMatchObject({ outcome: { kind: 'unknown' } });
    expect(factOf(paid({ ...books, orderId: 'ord-x' }), request, readAt)).toMatchObject({
      outcome: { kind: 'unknown' },
    });
  });

  it('that went back in parts leaves nothing to charge when they add up, whatever its status', () => {
    const cancel = (cancelAmount: number | null) => ({ transactionKey: 't', cancelAmount, cancelStatus: 'DONE' });
    const books = { status: 'PARTIAL_CANCELED', totalAmount: 1_000, balanceAmount: 0 };
    expect(factOf(paid({ ...books, cancels: [cancel(300), cancel(700)] }), request, readAt)).toMatchObject({
      outcome: { kind: 'refused', pgCode: 'ALREADY_PROCESSED_PAYMENT' },
    });
    for (const cancels of [[cancel(300)], [cancel(300), cancel(null)], [cancel(300), cancel(701)]]) {
      expect(factOf(paid({ ...books, cancels }), request, readAt)).toMatchObject({ outcome: { kind: 'unknown' } });
    }
    const partly = { ...books, balanceAmount: 700, cancels: [cancel(300)] };
    expect(factOf(paid(partly), request, readAt)).toMatchObject({ outcome: { kind: 'unknown' } });
  });

  it('of a virtual account is no approval: the buyer still has to transfer the money', () => {
    const virtualAccount = {
      accountNumber: 'X6505636518308',
      bankCode: '88',
      customerName: '김토스',
      dueDate: '2026-07-02T23:59:59+09:00',
    };
    const answer = paid({ status: 'WAITING_FOR_DEPOSIT', method: '가상계좌', approvedAt: null, virtualAccount });
    const dueAt = new Date('2026-07-02T14:59:59Z');
    const account = { bank: '신한은행', accountNumber: 'X6505636518308', holder: '김토스', dueAt };
    const outcome = { kind: 'awaiting-deposit', account };
    expect(factOf(answer, request, readAt)).toEqual({ kind: 'final', outcome });
    const foreign = paid({ status: 'WAITING_FOR_DEPOSIT', totalAmount: 1 });
    expect(factOf(foreign, request, readAt)).toMatchObject({ outcome: { kind: 'unknown' } });
  });

  it('is dated by the moment of reading where Toss gives no date', () => {
    const fact = factOf(paid({ approvedAt: null }), request, readAt);
    expect(fact).toMatchObject({ outcome: { kind: 'approved', approvedAt: readAt } });
  });
});

describe('the answer to a confirm', () => {
  it('with a code nobody documented only allows to ask', () => {
    for (const code of ['DUPLICATED_ORDER_ID', 'NEVER_SEEN', 'constructor', '__proto__']) {
      expect(factOfConfirm(error(code), request, readAt)).toEqual({
        kind: 'complaint',
        then: 'look-up',
        ifNotDone: null,
      });
    }
  });

  it('with 200 but a payment that is not charged is quarantined', () => {
    const fact = factOfConfirm(paid({ status: 'IN_PROGRESS' }), request, readAt);
    expect(fact).toMatchObject({ kind: 'final', outcome: { kind: 'unknown' } });
  });

  it('that did not come means nothing certain, whether its body was cut, unreadable or never began', () => {
    for (const phase of ['no-response', 'cut-body', 'unreadable'] as const) {
      expect(factOfConfirm(noAnswer(phase, 'x'), request, readAt)).toEqual({ kind: 'no-answer' });
    }
  });

  it('that was never asked for is worth repeating, unless we held it back ourselves', () => {
    const outcome = { kind: 'not-charged', cause: 'unavailable', pgCode: null };
    const refusedConnection = factOfConfirm(noAnswer('not-sent', 'ECONNREFUSED'), request, readAt);
    expect(refusedConnection).toMatchObject({ kind: 'not-sent', worthRepeating: true, outcome });
    for (const cause of unsentByUs) {
      const fact = factOfConfirm(noAnswer('not-sent', cause), request, readAt);
      expect(fact).toMatchObject({ kind: 'not-sent', worthRepeating: false, outcome });
    }
  });
});

describe('a look-up', () => {
  it('of a payment that is not confirmed shows that nothing was done', () => {
    for (const status of ['READY', 'IN_PROGRESS']) {
      expect(factOfBooks(paid({ status, totalAmount: 5 }), request, readAt)).toEqual({ kind: 'nothing-done' });
    }
    expect(factOfBooks(error('NOT_FOUND_PAYMENT', 404), request, readAt)).toEqual({ kind: 'nothing-done' });
  });

  it('of an expired payment says refused, as a confirm would', () => {
    const failure = { code: 'EXPIRED_PAYMENT', message: '만료' };
    expect(factOfBooks(paid({ status: 'EXPIRED', failure, currency: null }), request, readAt)).toEqual({
      kind: 'final',
      outcome: { kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT_SESSION', pgMessage: '만료' },
    });
  });

  it.each<[string | null, string]>([
    ['REJECT_CARD_COMPANY', 'declined'],
    ['NEVER_SEEN', 'declined'],
    [null, 'declined'],
    ['PROVIDER_ERROR', 'refused'],
    ['NOT_AVAILABLE_BANK', 'refused'],
    ['INVALID_REQUEST', 'refused'],
  ])('of a payment aborted with %s says %s', (code, kind) => {
    const failure = code === null ? null : { code, message: 'm' };
    const fact = factOfBooks(paid({ status: 'ABORTED', failure }), request, readAt);
    expect(fact).toMatchObject({ kind: 'final', outcome: { kind, pgCode: code ?? 'ABORTED' } });
  });

  it('of another payment proves nothing, though it be aborted', () => {
    const fact = factOfBooks(paid({ status: 'ABORTED', paymentKey: 'tgen_other' }), request, readAt);
    expect(fact).toMatchObject({ kind: 'final', outcome: { kind: 'unknown' } });
  });

  it('that fails leaves the books unread', () => {
    for (const answer of [error('UNAUTHORIZED_KEY', 401), error('NEVER_SEEN', 404), noAnswer('no-response', 'x')]) {
      expect(factOfBooks(answer, request, readAt)).toEqual({ kind: 'unreadable' });
    }
  });
});
