import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Payment } from './payment';
import {
  abort,
  approve,
  authenticate,
  cancel,
  deposit,
  expire,
  expiresAtMs,
  IllegalTransition,
} from './payment-state-machine';
import { issueAccount, reverseDeposit } from './payment-state-machine';

const ready: Payment = {
  paymentKey: 'tgen_20250626194853NtWm4',
  orderId: 'ord-000001',
  orderName: 'tee',
  mId: 'tgen_docs',
  clientKey: 'test_gck_docs',
  customerKey: null,
  currency: 'KRW',
  totalAmount: 1_000,
  taxFreeAmount: 0,
  taxExemptionAmount: 0,
  useEscrow: false,
  metadata: null,
  status: 'READY',
  method: null,
  balanceAmount: 1_000,
  requestedAtMs: 0,
  authenticatedAtMs: null,
  approvedAtMs: null,
  lastTransactionKey: null,
  secret: null,
  cancels: [],
  failure: null,
  outcome: null,
  virtualAccount: null,
  checkout: null,
};

const account = { accountNumber: 'X1', bankCode: '20', customerName: 'x', dueAtMs: 9, refundStatus: 'NONE' } as const;
const failure = { code: 'REJECT_CARD_COMPANY', message: 'x' };

const transition = fc.oneof(
  fc.constantFrom<(payment: Payment) => Payment>(
    (payment) => authenticate(payment, { method: 'CARD', outcome: null, secret: 'ps_x', atMs: 1 }),
    (payment) => approve(payment, { transactionKey: 't', atMs: 2 }),
    (payment) => issueAccount(payment, { transactionKey: 't', account }),
    (payment) => deposit(payment, { transactionKey: 't', atMs: 3 }),
    (payment) => reverseDeposit(payment, { transactionKey: 't' }),
    (payment) => abort(payment, failure),
    (payment) => expire(payment),
  ),
  fc
    .integer({ min: -10, max: 1_200 })
    .map(
      (amount) => (payment: Payment) =>
        cancel(payment, { amount, reason: 'x', taxFreeAmount: 0, transactionKey: 't', atMs: 4 }),
    ),
);

describe('a payment, whatever is tried on it', () => {
  it('is left alone by what its status forbids, and its money always adds up', () => {
    fc.assert(
      fc.property(fc.array(transition, { maxLength: 30 }), (transitions) => {
        let payment = ready;
        for (const apply of transitions) {
          const before = JSON.stringify(payment);
          let next: Payment;
          try {
            next = apply(payment);
          } catch (error) {
            expect(error instanceof IllegalTransition || error instanceof RangeError).toBe(true);
            next = payment;
          }
          expect(JSON.stringify(payment)).toBe(before);
          const final = payment.status === 'ABORTED' || payment.status === 'EXPIRED' || payment.status === 'CANCELED';
          if (final) expect(next).toBe(payment);
          const cancelled = next.cancels.reduce((sum, { cancelAmount }) => sum + cancelAmount, 0);
          expect(next.totalAmount).toBe(next.balanceAmount + cancelled);
          expect(next.balanceAmount).toBeGreaterThanOrEqual(0);
          expect(next.status === 'CANCELED').toBe(next.balanceAmount === 0 && next.cancels.length === 1);
          if (expiresAtMs(next) !== undefined) expect(['READY', 'IN_PROGRESS']).toContain(next.status);
          payment = next;
        }
      }),
      { numRuns: 500 },
    );
  });
});
