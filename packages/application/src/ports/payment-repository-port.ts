import { type OrderId, type Payment } from '@koosco/payment-domain';

export interface PaymentRepositoryPort {
  /**
   * Stores the payments whose order has none yet, with their new transactions.
   * @returns the order ids that are new; for the others the payment that was there stays as it is.
   * @throws when a payment was neither stored nor there before: nothing is dropped in silence.
   */
  insertNew(payments: readonly Payment[]): Promise<ReadonlySet<OrderId>>;

  /** The payment of an order, locked until the transaction ends so that two changes of it queue. Null when there is none. */
  findByOrderIdForUpdate(orderId: OrderId): Promise<Payment | null>;

  /**
   * Stores a changed payment with its new transactions.
   * @throws when the stored version is not the one this payment was loaded with.
   */
  save(payment: Payment): Promise<void>;
}
