import { describe, expect, it } from '@jest/globals';
import { Money } from '../money';
import { PaymentTransaction } from './payment-transaction';

const occurredAt = new Date('2026-03-01T00:00:00Z');

describe('PaymentTransaction', () => {
  it('is an approval or a cancellation that moved money, or an approval that did not', () => {
    const amount = Money.krw(1_000n);
    const made = [
      PaymentTransaction.approval({ pgTransactionId: 't1', amount, occurredAt }),
      PaymentTransaction.declinedApproval({ amount, occurredAt }),
      PaymentTransaction.cancellation({ pgTransactionId: 't2', amount, occurredAt }),
    ];
    expect(made.map(({ type, status, pgTransactionId }) => [type, status, pgTransactionId])).toEqual([
      ['APPROVAL', 'SUCCESS', 't1'],
      ['APPROVAL', 'FAILED', null],
      ['CANCEL', 'SUCCESS', 't2'],
    ]);
  });

  it('never cancels 0 won', () => {
    expect(() => PaymentTransaction.cancellation({ pgTransactionId: 't', amount: Money.zero, occurredAt })).toThrow(
      expect.objectContaining({ code: 'INVALID_PAYMENT_AMOUNT' }),
    );
  });
});
