import {
  type Money,
  type OrderId,
  type Payment,
  type PaymentAttempt,
  type PaymentId,
  type VirtualAccount,
} from '@koosco/payment-domain';

export type ApprovePaymentResult =
  | ApprovedResult
  /** There is no such payment, or it belongs to somebody else, which must look the same. */
  | { readonly kind: 'not-found' }
  | { readonly kind: 'amount-mismatch' }
  /** Failed or cancelled before: this payment cannot be paid any more. */
  | { readonly kind: 'not-ready' }
  /** Paid already, with another payment key. */
  | { readonly kind: 'already-approved' }
  /** A virtual account of another payment key waits for the buyer's transfer; this key is not sent until that is over. */
  | { readonly kind: 'awaiting-other-deposit'; readonly paymentId: PaymentId }
  /** Somebody else is talking to the gateway about this payment; ask again after the delay. */
  | { readonly kind: 'in-progress'; readonly retryAfterSeconds: number }
  | { readonly kind: 'declined'; readonly pgCode: string; readonly pgMessage: string }
  /** The request was wrong in the gateway's eyes; no money moved and the buyer may authenticate anew. */
  | { readonly kind: 'refused'; readonly pgCode: string; readonly pgMessage: string }
  | { readonly kind: 'not-charged'; readonly pgCode: string | null; readonly pgMessage: string | null }
  /** A virtual account waits for the buyer's transfer. */
  | {
      readonly kind: 'awaiting-deposit';
      readonly paymentId: PaymentId;
      readonly orderId: OrderId;
      /** Null until the gateway has named it. */
      readonly account: VirtualAccount | null;
    }
  /** Money may have moved. The service keeps asking the gateway; the same confirm, sent again, joins in. */
  | { readonly kind: 'unknown'; readonly paymentId: PaymentId; readonly retryAfterSeconds: number };

export interface ApprovedResult {
  readonly kind: 'approved';
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly paidAmount: Money;
  readonly approvedAt: Date;
  readonly method: string | null;
  readonly receiptUrl: string | null;
  /** Whether this very payment key had been approved before, so that nothing happened now. */
  readonly replayed: boolean;
}

/** For a buyer whose confirm could not be answered yet: about as long as the relay needs for its first look. */
export const RETRY_AFTER_SECONDS = 3;

/** What a confirm is told about an attempt: the same words whenever it is asked, as long as the attempt says the same. */
export function resultOf(
  payment: Payment,
  attempt: PaymentAttempt,
  { replayed }: { replayed: boolean },
): ApprovePaymentResult {
  const { paymentId, orderId } = payment.state;
  const { status, pgCode, pgMessage, virtualAccount: account } = attempt.state;
  switch (status) {
    case 'SUCCEEDED':
      return approvedResult(payment, { replayed });
    case 'DECLINED':
      return { kind: 'declined', pgCode: pgCode ?? '', pgMessage: pgMessage ?? '' };
    case 'REFUSED':
      return { kind: 'refused', pgCode: pgCode ?? '', pgMessage: pgMessage ?? '' };
    case 'NOT_CHARGED':
      return { kind: 'not-charged', pgCode, pgMessage };
    case 'AWAITING_DEPOSIT':
      return { kind: 'awaiting-deposit', paymentId, orderId, account };
    case 'UNAPPLIED':
      // The money goes back; what the payment says is what counts for the buyer.
      if (payment.state.status === 'APPROVED') return { kind: 'already-approved' };
      // Another amount was charged than was asked for, and the payment can still be paid.
      return payment.state.status === 'READY' ? { kind: 'amount-mismatch' } : { kind: 'not-ready' };
    case 'UNKNOWN':
    case 'IN_FLIGHT':
      return { kind: 'unknown', paymentId, retryAfterSeconds: RETRY_AFTER_SECONDS };
  }
}

export function approvedResult(payment: Payment, { replayed }: { replayed: boolean }): ApprovedResult {
  const { paymentId, orderId, amount, approval } = payment.state;
  if (approval === null) throw new Error(`payment ${paymentId} was asked for an approval that it does not have`);
  const { approvedAt, method, receiptUrl } = approval;
  return { kind: 'approved', paymentId, orderId, paidAmount: amount, approvedAt, method, receiptUrl, replayed };
}
