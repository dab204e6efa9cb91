import { type OrderId, type Payment, type PaymentAttempt, type PaymentId } from '@koosco/payment-domain';

/** Reads without a transaction and without locks: the newest committed state, which may change at once. */
export interface PaymentReader {
  findById(paymentId: PaymentId): Promise<Payment | null>;
  findByOrderId(orderId: OrderId): Promise<Payment | null>;
  findAttempt(attemptId: string): Promise<PaymentAttempt | null>;
}
