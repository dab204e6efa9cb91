import { Prisma, type PrismaClient } from '../generated/prisma/client';
import { type UnappliedCharges } from './unapplied-charges';

export class PrismaUnappliedCharges implements UnappliedCharges {
  constructor(private readonly client: PrismaClient) {}

  async awaitingRefund(): Promise<{ count: number; krw: bigint }> {
    // SUM() of a BIGINT is a DECIMAL, which would come as a text.
    const [row] = await this.client.$queryRaw<{ count: bigint; krw: bigint | null }[]>(Prisma.sql`
      SELECT COUNT(*) AS count, CAST(SUM(amount) AS SIGNED) AS krw FROM payment_unapplied_charge WHERE refunded_at IS NULL`);
    return { count: Number(row?.count ?? 0), krw: BigInt(row?.krw ?? 0) };
  }
}
