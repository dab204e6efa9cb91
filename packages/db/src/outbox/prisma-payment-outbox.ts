import { Prisma, type PrismaClient } from '../generated/prisma/client';
import {
  type Marked,
  type PaymentOutbox,
  pendingCountMax,
  type PendingStatistics,
  type SeenEvent,
} from './payment-outbox';
import { retryConflicts } from '../transaction/retry-conflicts';

/** Keeps the row locks of one statement short; Debezium and new payments write to the same table. */
const MARKED_AT_ONCE_MAX = 1000;

export class PrismaPaymentOutbox implements PaymentOutbox {
  constructor(private readonly client: PrismaClient) {}

  async markPublished(events: readonly SeenEvent[]): Promise<Marked> {
    const unlike: SeenEvent[] = [];
    let published = 0;
    for (let from = 0; from < events.length; from += MARKED_AT_ONCE_MAX) {
      const some = events.slice(from, from + MARKED_AT_ONCE_MAX);
      const rows = await this.#pending(some.map(({ id }) => id));
      const alike: bigint[] = [];
      for (const event of some) {
        const row = rows.get(event.id);
        if (row === undefined) continue;
        if (isOf(event, row)) alike.push(event.id);
        else unlike.push(event);
      }
      // What a row says never changes, so it is still true now.
      published += await this.#mark(alike);
    }
    return { published, unlike };
  }

  /**
   * A locking read. MariaDB gives a transaction to whoever follows its binary log before it has ended it in the tables:
   * a plain read may come too early, find no row, and take the event for one that was marked before. This one waits.
   */
  async #pending(ids: readonly bigint[]): Promise<ReadonlyMap<bigint, OutboxRow>> {
    const statement = Prisma.sql`
      SELECT id, topic, partition_key AS partitionKey, payload FROM payment_outbox FORCE INDEX (PRIMARY)
      WHERE id IN (${Prisma.join(ids)}) AND status = 'PENDING' LOCK IN SHARE MODE`;
    const rows = await retryConflicts(() => this.client.$queryRaw<OutboxRow[]>(statement));
    return new Map(rows.map((row) => [row.id, row]));
  }

  async #mark(ids: readonly bigint[]): Promise<number> {
    if (ids.length === 0) return 0;
    // In one order, so that two relays that mark the same rows wait for each other instead of deadlocking; and by
    // primary key, for the same reason: the index on status would visit the rows in another order.
    const ordered = [...ids].sort((a, b) => (a < b ? -1 : 1));
    const statement = Prisma.sql`
      UPDATE payment_outbox FORCE INDEX (PRIMARY) SET status = 'PUBLISHED', published_at = CURRENT_TIMESTAMP
      WHERE id IN (${Prisma.join(ordered)}) AND status = 'PENDING'`;
    return retryConflicts(() => this.client.$executeRaw(statement));
  }

  async forget(olderThanMs: number, limit: number): Promise<number> {
    // By the whole index: ordered by its second column alone, MariaDB sorts all that is old, and locks it, for each piece.
    const statement = Prisma.sql`
      DELETE FROM payment_outbox WHERE status = 'PUBLISHED' AND created_at < NOW() - INTERVAL ${Math.ceil(olderThanMs / 1_000)} SECOND
      ORDER BY status, created_at LIMIT ${limit}`;
    return retryConflicts(() => this.client.$executeRaw(statement));
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

interface OutboxRow {
  readonly id: bigint;
  readonly topic: string;
  readonly partitionKey: string;
  readonly payload: string;
}

function isOf({ topic, key, value }: SeenEvent, row: OutboxRow): boolean {
  if (row.topic !== topic || key === null || value === null) return false;
  return key.equals(Buffer.from(row.partitionKey)) && value.equals(Buffer.from(row.payload));
}
