import { type AttemptGlimpse, type PaymentReader } from '@koosco/payment-application';
import {
  type OrderId,
  type Payment,
  type PaymentAttempt,
  type PaymentAttemptStatus,
  type PaymentId,
} from '@koosco/payment-domain';
import { Prisma, type PrismaClient } from './generated/prisma/client';
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

  async glimpseAttempts(attemptIds: readonly string[]): Promise<ReadonlyMap<string, AttemptGlimpse>> {
    if (attemptIds.length === 0) return new Map();
    const rows = await this.client.$queryRaw<GlimpseRow[]>(Prisma.sql`
      SELECT attempt_id AS attemptId, status, fence, leased_until > NOW(3) AS isLeased FROM payment_attempt
      WHERE attempt_id IN (${Prisma.join(attemptIds)})`);
    return new Map(
      rows.map(({ attemptId, status, fence, isLeased }) => [attemptId, { status, fence, isLeased: Boolean(isLeased) }]),
    );
  }
}

interface GlimpseRow {
  readonly attemptId: string;
  readonly status: PaymentAttemptStatus;
  readonly fence: number;
  /** Null where nobody is at work. */
  readonly isLeased: bigint | number | null;
}
