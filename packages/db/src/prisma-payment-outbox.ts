import { Prisma, type PrismaClient } from './generated/prisma/client';
import { type PaymentOutbox, pendingCountMax, type PendingStatistics } from './payment-outbox';
import { retryConflicts } from './retry-conflicts';

/** Keeps the row locks of one statement short; Debezium and new payments write to the same table. */
const MARKED_AT_ONCE_MAX = 1000;

export class PrismaPaymentOutbox implements PaymentOutbox {
  constructor(private readonly client: PrismaClient) {}

  async markPublished(ids: readonly bigint[]): Promise<number> {
    // In one order, so that two relays that mark the same rows wait for each other instead of deadlocking.
    const ordered = [...ids].sort((a, b) => (a < b ? -1 : 1));
    let changed = 0;
    for (let from = 0; from < ordered.length; from += MARKED_AT_ONCE_MAX) {
      const some = ordered.slice(from, from + MARKED_AT_ONCE_MAX);
      // By primary key, for the same reason: the index on status would visit the rows in another order.
      const statement = Prisma.sql`
        UPDATE payment_outbox FORCE INDEX (PRIMARY) SET status = 'PUBLISHED', published_at = CURRENT_TIMESTAMP
        WHERE id IN (${Prisma.join(some)}) AND status = 'PENDING'`;
      changed += await retryConflicts(() => this.client.$executeRaw(statement));
    }
    return changed;
  }

  async pendingStatistics(): Promise<PendingStatistics> {
    const [row] = await this.client.$queryRaw<{ count: bigint; oldestCreatedAt: Date | null }[]>(Prisma.sql`
      SELECT COUNT(*) AS count, MIN(created_at) AS oldestCreatedAt FROM (
        SELECT created_at FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)
        WHERE status = 'PENDING' ORDER BY created_at LIMIT ${pendingCountMax}
      ) AS pending`);
    return { count: Number(row?.count ?? 0), oldestCreatedAt: row?.oldestCreatedAt ?? null };
  }
}
