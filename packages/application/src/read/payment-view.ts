import { type Payment, type UnresolvedAttemptStatus, type VirtualAccount } from '@koosco/payment-domain';

/** A payment, and what is being done about it: both as they were at one moment. */
export interface PaymentView {
  readonly payment: Payment;
  /** Null when nobody has begun to pay, or when what was begun is settled. */
  readonly openAttempt: OpenAttempt | null;
}

/** As much of an unresolved attempt as a buyer may know. */
export interface OpenAttempt {
  readonly status: UnresolvedAttemptStatus;
  /** When the buyer confirmed. */
  readonly since: Date;
  readonly virtualAccount: VirtualAccount | null;
}
