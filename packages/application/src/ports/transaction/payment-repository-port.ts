import { type Money, type OrderId, type Payment, type UserId } from '@koosco/payment-domain';

/** What a payment was created with and never changes. */
export interface PaymentTerms {
  readonly userId: UserId;
  readonly amount: Money;
}

export interface PaymentRepositoryPort {
  /**
   * Stores the payments whose order has none yet, with their new transactions.
   * @returns the order ids that are new; for the others the payment that was there stays as it is.
   * @throws when a payment was neither stored nor there before: nothing is dropped in silence.
   */
  insertNew(payments: readonly Payment[]): Promise<ReadonlySet<OrderId>>;

  /** The terms of the payments of these orders, in one trip and without a lock; none for an order without a payment. */
  findTerms(orderIds: readonly OrderId[]): Promise<ReadonlyMap<OrderId, PaymentTerms>>;

  /** The payment of an order, locked until the transaction ends so that two changes of it queue. Null when there is none. */
  findByOrderIdForUpdate(orderId: OrderId): Promise<Payment | null>;

  /**
   * Stores a changed payment with its new transactions.
   * @throws when the stored version is not the one this payment was loaded with.
   */
  save(payment: Payment): Promise<void>;
}
