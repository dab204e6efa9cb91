import { Prisma, type PrismaClient } from '../generated/prisma/client';
import { type UnclearAttempts, type UnclearAttemptStatistics } from './unclear-attempts';

export class PrismaUnclearAttempts implements UnclearAttempts {
  constructor(private readonly client: PrismaClient) {}

  async statistics(): Promise<UnclearAttemptStatistics> {
    // SUM() of a BIGINT is a DECIMAL, which would come as a text.
    const [row] = await this.client.$queryRaw<
      { count: bigint; krw: bigint | null; oldestAt: Date | null }[]
    >(Prisma.sql`
      SELECT COUNT(*) AS count, CAST(SUM(amount) AS SIGNED) AS krw, MIN(created_at) AS oldestAt
      FROM payment_attempt WHERE status = 'UNKNOWN'`);
    return { count: Number(row?.count ?? 0), krw: BigInt(row?.krw ?? 0), oldestAt: row?.oldestAt ?? null };
  }
}
