import { Prisma, type PrismaClient } from '../generated/prisma/client';
import { type OpenRefunds, type OpenRefundStatistics } from './open-refunds';

export class PrismaOpenRefunds implements OpenRefunds {
  constructor(private readonly client: PrismaClient) {}

  async statistics(): Promise<OpenRefundStatistics> {
    // SUM() of a BIGINT is a DECIMAL, which would come as a text.
    const [row] = await this.client.$queryRaw<
      { count: bigint; krw: bigint | null; oldestAt: Date | null }[]
    >(Prisma.sql`
      SELECT COUNT(*) AS count, CAST(SUM(amount) AS SIGNED) AS krw, MIN(created_at) AS oldestAt
      FROM payment_refund WHERE due_at IS NOT NULL`);
    return { count: Number(row?.count ?? 0), krw: BigInt(row?.krw ?? 0), oldestAt: row?.oldestAt ?? null };
  }
}
