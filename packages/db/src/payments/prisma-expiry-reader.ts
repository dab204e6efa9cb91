import { type ExpiryReader } from '@koosco/payment-application';
import { OrderId } from '@koosco/payment-domain';
import { Prisma, type PrismaClient } from '../generated/prisma/client';

export class PrismaExpiryReader implements ExpiryReader {
  constructor(private readonly client: PrismaClient) {}

  async findExpired(ageMs: number, limit: number): Promise<readonly OrderId[]> {
    const rows = await this.client.$queryRaw<{ orderId: bigint }[]>(Prisma.sql`
      SELECT order_id AS orderId FROM payment
      WHERE status = 'READY' AND created_at < TIMESTAMPADD(MICROSECOND, ${-ageMs * 1_000}, NOW(3))
        AND NOT EXISTS (
          SELECT 1 FROM payment_attempt AS attempt
          WHERE attempt.payment_id = payment.payment_id AND attempt.due_at IS NOT NULL
        )
      ORDER BY created_at LIMIT ${limit}`);
    return rows.map(({ orderId }) => OrderId.of(orderId));
  }
}
