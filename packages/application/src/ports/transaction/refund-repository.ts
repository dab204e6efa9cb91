import { type OrderId, type PaymentId, type Refund } from '@koosco/payment-domain';

/** Refunds of a payment are read and changed under the lock of the payment; lock it first. */
export interface RefundRepository {
  /** @throws when the payment has a refund of this cause already; the database refuses a second one. */
  insert(refund: Refund): Promise<void>;

  /** The one refund of this payment with this cause, settled or not. */
  findByCause(paymentId: PaymentId, causeId: string): Promise<Refund | null>;

  /** Locks the refund until the transaction ends; null when there is none. */
  findForUpdate(refundId: string): Promise<Refund | null>;

  /** Those of this order that are not settled, in the order in which they were asked for. */
  findUnresolved(orderId: OrderId): Promise<readonly Refund[]>;

  /** The gateway's keys of what this charge has given back, and of whatever else its payment has. */
  findGivenBack(paymentId: PaymentId, paymentKey: string): Promise<readonly string[]>;

  /**
   * Stores the next state of a refund.
   * @param expected the fencing token it was read with.
   * @returns false, and changes nothing, when another owner has taken it over or settled it since.
   */
  save(refund: Refund, expected: { fence: number }): Promise<boolean>;
}
