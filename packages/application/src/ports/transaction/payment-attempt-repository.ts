import { type OrderId, type PaymentAttempt, type PaymentAttemptStatus, type PaymentId } from '@koosco/payment-domain';

export interface PaymentAttemptRepository {
  /** @throws when the payment has an unresolved attempt already; the database refuses a second one. */
  insert(attempt: PaymentAttempt): Promise<void>;

  /** Locks the attempt until the transaction ends; null when there is none. Lock its payment first, as everybody does. */
  findForUpdate(attemptId: string): Promise<PaymentAttempt | null>;

  /** The one attempt of this order that is not settled, if there is one. Not locked: {@link save} compares. */
  findUnresolved(orderId: OrderId): Promise<PaymentAttempt | null>;

  /** The newest attempt of this payment with this payment key, settled or not. */
  findLatest(paymentId: PaymentId, paymentKey: string): Promise<PaymentAttempt | null>;

  /**
   * Stores the next state of an attempt.
   * @param expected the fencing token it was read with.
   * @returns false, and changes nothing, when another owner has taken it over or settled it since.
   */
  save(attempt: PaymentAttempt, expected: { fence: number }): Promise<boolean>;

  /**
   * Takes over up to `limit` attempts of this status that are due by the database's clock, the longest waiting first, and
   * leases them for `leaseMs`. Attempts that another worker is looking at are skipped, not waited for.
   */
  takeOverDue(query: {
    status: PaymentAttemptStatus;
    leaseMs: number;
    limit: number;
  }): Promise<readonly PaymentAttempt[]>;
}
