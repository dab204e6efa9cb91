import { type PaymentReader } from '@koosco/payment-application';
import { type OrderId, type Payment, type PaymentAttempt, type PaymentId } from '@koosco/payment-domain';
import { type PrismaClient } from './generated/prisma/client';
import { paymentAttemptFromRow } from './payment-attempt-row';
import { paymentFromRow } from './payment-row';

export class PrismaPaymentReader implements PaymentReader {
  constructor(private readonly client: PrismaClient) {}

  async findById(paymentId: PaymentId): Promise<Payment | null> {
    const row = await this.client.payment.findUnique({ where: { paymentId } });
    return row && paymentFromRow(row);
  }

  async findByOrderId(orderId: OrderId): Promise<Payment | null> {
    const row = await this.client.payment.findUnique({ where: { orderId } });
    return row && paymentFromRow(row);
  }

  async findAttempt(attemptId: string): Promise<PaymentAttempt | null> {
    const row = await this.client.paymentAttempt.findUnique({ where: { attemptId } });
    return row && paymentAttemptFromRow(row);
  }
}
