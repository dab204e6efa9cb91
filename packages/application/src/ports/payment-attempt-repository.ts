import { type PaymentAttempt, type PaymentId } from '@koosco/payment-domain';

export interface PaymentAttemptRepository {
  /** @throws when the payment has an unresolved attempt already; the database refuses a second one. */
  insert(attempt: PaymentAttempt): Promise<void>;

  /** Null when there is none. Lock the payment first: its lock is what orders the changes of its attempts. */
  find(attemptId: string): Promise<PaymentAttempt | null>;

  /** The one attempt of this payment that is not settled, if there is one. */
  findUnresolved(paymentId: PaymentId): Promise<PaymentAttempt | null>;

  /** The newest attempt of this payment with this payment key, settled or not. */
  findLatest(paymentId: PaymentId, paymentKey: string): Promise<PaymentAttempt | null>;

  save(attempt: PaymentAttempt): Promise<void>;

  /**
   * Takes over up to `limit` unresolved attempts that are due (`dueAt` has come), the longest waiting first, and leases
   * them until `leasedUntil`. Attempts that another relay is looking at are skipped, not waited for.
   */
  takeOverDue(query: { now: Date; leasedUntil: Date; limit: number }): Promise<readonly PaymentAttempt[]>;
}
