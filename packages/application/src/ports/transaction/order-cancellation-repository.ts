import { type OrderId } from '@koosco/payment-domain';

/** That an order was cancelled, kept for orders whose payment is not there yet. */
export interface OrderCancellation {
  readonly orderId: OrderId;
  readonly eventId: string;
  readonly correlationId: string;
  readonly reason: string;
}

export interface OrderCancellationRepository {
  /** Keeps the first cancellation of an order; another one changes nothing. */
  record(cancellation: OrderCancellation): Promise<void>;

  /**
   * Those of these orders that are cancelled. Waits for a cancellation that another transaction is recording: whoever
   * writes a payment first and then asks, and whoever records first and then asks for the payment, cannot miss each other.
   */
  findOf(orderIds: readonly OrderId[]): Promise<ReadonlyMap<OrderId, OrderCancellation>>;
}
