import { type RefundReader } from '@koosco/payment-application';
import { OrderId } from '@koosco/payment-domain';
import { Prisma, type PrismaClient } from '../generated/prisma/client';

export class PrismaRefundReader implements RefundReader {
  constructor(private readonly client: PrismaClient) {}

  async ordersWithDueRefunds(limit: number): Promise<readonly OrderId[]> {
    const rows = await this.client.$queryRaw<{ orderId: bigint }[]>(Prisma.sql`
      SELECT order_id AS orderId FROM payment_refund WHERE due_at <= NOW(3) ORDER BY due_at LIMIT ${limit}`);
    return [...new Set(rows.map(({ orderId }) => OrderId.of(orderId)))];
  }
}
