import { type Money, type PaymentId, type PaymentStatus } from '@koosco/payment-domain';

/** One change of a payment: exactly as many as it has emitted events. Replayed in order they give its present state. */
export interface PaymentChange {
  readonly paymentId: PaymentId;
  /** Of the event that tells of it. */
  readonly sequence: number;
  /** Null for its creation. */
  readonly from: PaymentStatus | null;
  readonly to: PaymentStatus;
  /** What had been given back in all, afterwards. */
  readonly canceledAmount: Money;
  /** The worker that changed it. */
  readonly actor: string;
  /** The event, attempt or request that led to it. */
  readonly causationId: string;
  readonly attemptId: string | null;
  readonly refundId: string | null;
  readonly pgCode: string | null;
  readonly at: Date;
}

export interface PaymentHistory {
  /** Written in the transaction of the changes, and never changed again. */
  append(changes: readonly PaymentChange[]): Promise<void>;
}
