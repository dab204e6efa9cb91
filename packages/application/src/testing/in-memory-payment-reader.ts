import { type OrderId, Payment, PaymentAttempt, type PaymentId } from '@koosco/payment-domain';
import { type PaymentReader } from '../ports/payment-reader';
import { type InMemoryTables } from './in-memory-tables';

export class InMemoryPaymentReader implements PaymentReader {
  constructor(private readonly tables: InMemoryTables) {}

  async findById(paymentId: PaymentId): Promise<Payment | null> {
    const state = [...this.tables.payments.values()].find((payment) => payment.paymentId === paymentId);
    return Promise.resolve(state ? Payment.restore(state) : null);
  }

  async findByOrderId(orderId: OrderId): Promise<Payment | null> {
    const state = this.tables.payments.get(orderId);
    return Promise.resolve(state ? Payment.restore(state) : null);
  }

  async findAttempt(attemptId: string): Promise<PaymentAttempt | null> {
    const state = this.tables.attempts.get(attemptId);
    return Promise.resolve(state ? PaymentAttempt.restore(state) : null);
  }
}
