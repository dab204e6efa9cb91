import {
  type Money,
  type Payment,
  type PaymentTransactionStatus,
  type PaymentTransactionType,
  type UnresolvedAttemptStatus,
  type UnresolvedRefundStatus,
  type VirtualAccount,
} from '@koosco/payment-domain';

/** A payment, and what was and is being done about it: all as it was at one moment. */
export interface PaymentView {
  readonly payment: Payment;
  /** Null when nobody has begun to pay, or when what was begun is settled. */
  readonly openAttempt: OpenAttempt | null;
  /** Movements of money, and failures of one, oldest first. */
  readonly transactions: readonly TransactionView[];
  /** Refunds of what the payment took that are not settled, oldest first. */
  readonly openRefunds: readonly OpenRefund[];
}

/** As much of an unresolved attempt as a buyer may know. */
export interface OpenAttempt {
  readonly status: UnresolvedAttemptStatus;
  /** When the buyer confirmed. */
  readonly since: Date;
  readonly virtualAccount: VirtualAccount | null;
}

export interface TransactionView {
  readonly type: PaymentTransactionType;
  readonly status: PaymentTransactionStatus;
  readonly pgTransactionId: string | null;
  readonly amount: Money;
  readonly occurredAt: Date;
}

/** As much of a refund under way as a buyer may know. Its amount is reserved. */
export interface OpenRefund {
  readonly refundId: string;
  readonly status: UnresolvedRefundStatus;
  readonly amount: Money;
  readonly since: Date;
}
