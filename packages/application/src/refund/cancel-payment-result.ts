import { type Money, type OrderId, type Payment, type PaymentId, type Refund } from '@koosco/payment-domain';
import { RETRY_AFTER_SECONDS } from '../charge/approve-payment-result';

export { RETRY_AFTER_SECONDS };

export type CancelPaymentResult =
  | RefundedResult
  /** There is no such payment, or it belongs to somebody else, which must look the same. */
  | { readonly kind: 'not-found' }
  /** Nothing was charged, so there is nothing to give back. */
  | { readonly kind: 'nothing-paid' }
  /** Everything was given back before. */
  | { readonly kind: 'already-canceled' }
  /** Nothing, or more than is left and not reserved. */
  | { readonly kind: 'amount-mismatch' }
  /** A refund of this payment is under way whose end must be known first; ask again after the delay. */
  | { readonly kind: 'in-progress'; readonly paymentId: PaymentId; readonly retryAfterSeconds: number }
  /** The gateway or the buyer's bank does not allow it. The money stays charged. */
  | { readonly kind: 'refused'; readonly pgCode: string; readonly pgMessage: string }
  /** The gateway could not do it now. The money stays charged; the caller may ask again. */
  | { readonly kind: 'not-refunded' }
  /** The money may have gone back, or may yet: the service keeps asking. */
  | { readonly kind: 'unknown'; readonly paymentId: PaymentId; readonly retryAfterSeconds: number };

export interface RefundedResult {
  readonly kind: 'refunded';
  readonly refundId: string;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly canceledAmount: Money;
  /** With this refund, and without those after it. */
  readonly totalCanceledAmount: Money;
  readonly remainingAmount: Money;
  readonly canceledAt: Date;
  /** Whether it had been given back before, so that nothing happened now. */
  readonly replayed: boolean;
}

/** What a cancel is told about its refund: the same words whenever it is asked, as long as the refund says the same. */
export function resultOfRefund(
  payment: Payment,
  { state }: Refund,
  { replayed }: { replayed: boolean },
): CancelPaymentResult {
  const { refundId, paymentId, orderId, amount, remainingBefore, refundedAt, pgCode, pgMessage } = state;
  switch (state.status) {
    case 'SUCCEEDED': {
      if (remainingBefore === null || refundedAt === null)
        throw new Error(`refund ${refundId} succeeded without beginning`);
      const remainingAmount = remainingBefore.minus(amount);
      const totalCanceledAmount = payment.state.amount.minus(remainingAmount);
      const sums = { canceledAmount: amount, totalCanceledAmount, remainingAmount };
      return { kind: 'refunded', refundId, paymentId, orderId, ...sums, canceledAt: refundedAt, replayed };
    }
    case 'REFUSED':
      return { kind: 'refused', pgCode: pgCode ?? '', pgMessage: pgMessage ?? '' };
    case 'NOT_REFUNDED':
      return { kind: 'not-refunded' };
    case 'REQUESTED':
    case 'IN_FLIGHT':
    case 'UNKNOWN':
      return { kind: 'unknown', paymentId, retryAfterSeconds: RETRY_AFTER_SECONDS };
  }
}
