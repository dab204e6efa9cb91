import { type DatabaseAddress } from '../connection/database-address';
import { pendingCountMax } from '../outbox/payment-outbox';
import { openConnection } from './open-connection';

/** How much of something waits, and since when. */
export interface Waiting {
  readonly count: number;
  readonly krw: bigint;
  readonly oldestAt: Date | null;
}

/** What waits in the database, each by its index. */
export interface HealthReader {
  /** Confirms of which nobody knows whether they charged, and those under way. */
  attempts(): Promise<Waiting>;
  /** Refunds that are asked for and not settled. */
  refunds(): Promise<Waiting>;
  /** Charges that their payment could not take and that have not gone back. */
  unappliedCharges(): Promise<Waiting>;
  /** Events that nobody has seen on Kafka yet; counts no more than {@link pendingCountMax}. */
  pendingEvents(): Promise<Waiting>;
  close(): Promise<void>;
}

const STATEMENT_SECONDS_MAX = 5;

const columns = 'COUNT(*) AS count, CAST(COALESCE(SUM(amount), 0) AS SIGNED) AS krw';

/** On one connection of its own. @throws the driver's error when the server does not answer within 5 s or lets nobody in. */
export async function openHealthReader(address: DatabaseAddress): Promise<HealthReader> {
  const connection = await openConnection(address, STATEMENT_SECONDS_MAX);
  const waiting = async (sql: string): Promise<Waiting> => {
    const [row] = await connection.query<{ count: bigint; krw: bigint; oldestAt: Date | null }[]>(sql);
    return { count: Number(row?.count ?? 0), krw: BigInt(row?.krw ?? 0), oldestAt: row?.oldestAt ?? null };
  };
  return {
    attempts: () =>
      waiting(
        `SELECT ${columns}, MIN(created_at) AS oldestAt FROM payment_attempt WHERE status IN ('IN_FLIGHT', 'UNKNOWN')`,
      ),
    refunds: () =>
      waiting(`SELECT ${columns}, MIN(created_at) AS oldestAt FROM payment_refund WHERE due_at IS NOT NULL`),
    unappliedCharges: () =>
      waiting(`SELECT ${columns}, MIN(found_at) AS oldestAt FROM payment_unapplied_charge WHERE refunded_at IS NULL`),
    pendingEvents: () =>
      waiting(`SELECT COUNT(*) AS count, 0 AS krw, MIN(created_at) AS oldestAt FROM (
        SELECT created_at FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)
        WHERE status = 'PENDING' ORDER BY created_at LIMIT ${pendingCountMax}) AS pending`),
    close: () => connection.end(),
  };
}
