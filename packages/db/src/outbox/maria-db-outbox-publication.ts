import { type Pool, type UpsertResult } from 'mariadb';
import { retryConflicts } from '../transaction/retry-conflicts';
import { type OutboxPublication, type PendingRow, type RelayMode } from './outbox-publication';

/**
 * The oldest rows by their time stand first in the index, and within them the order is that of the ids: where the server's clock was
 * set back, a payment's later event may be the older one.
 */
const OLDEST_ROWS = 5_000;

/** Each call is one statement outside a transaction, committed before it answers. */
export class MariaDbOutboxPublication implements OutboxPublication {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  async claimMode(mode: RelayMode): Promise<RelayMode> {
    await this.pool.query('UPDATE payment_outbox_relay SET mode = ? WHERE id = 1 AND mode IS NULL', [mode]);
    const [row] = await this.pool.query<{ mode: RelayMode }[]>('SELECT mode FROM payment_outbox_relay WHERE id = 1');
    if (row === undefined) throw new Error('payment_outbox_relay has no row: the migration inserts it');
    return row.mode;
  }

  async changeMode(mode: RelayMode): Promise<boolean> {
    const { affectedRows } = await this.pool.query<UpsertResult>(
      `UPDATE payment_outbox_relay SET mode = ?, publisher = NULL, publishes_until = NULL
       WHERE id = 1 AND (publisher IS NULL OR publishes_until < NOW(6))`,
      [mode],
    );
    return affectedRows > 0;
  }

  async hold(publisher: string, leaseMs: number): Promise<boolean> {
    const { affectedRows } = await this.pool.query<UpsertResult>(
      `UPDATE payment_outbox_relay SET publisher = ?, publishes_until = NOW(6) + INTERVAL ? MICROSECOND
       WHERE id = 1 AND mode = 'polling' AND (publisher = ? OR publisher IS NULL OR publishes_until < NOW(6))`,
      [publisher, leaseMs * 1_000, publisher],
    );
    return affectedRows > 0;
  }

  async release(publisher: string): Promise<void> {
    await this.pool.query(
      'UPDATE payment_outbox_relay SET publisher = NULL, publishes_until = NULL WHERE id = 1 AND publisher = ?',
      [publisher],
    );
  }

  pending(limit: number, except: readonly bigint[] = []): Promise<readonly PendingRow[]> {
    return this.pool.query<PendingRow[]>(
      `SELECT STRAIGHT_JOIN event.id, topic, partition_key AS \`key\`, event_type AS eventType, payload,
         trace_parent AS traceParent FROM (
         SELECT id FROM (
           SELECT id FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)
           WHERE status = 'PENDING' AND id NOT IN (?) ORDER BY created_at LIMIT ?
         ) AS oldest ORDER BY id LIMIT ?
       ) AS next JOIN payment_outbox AS event ON event.id = next.id ORDER BY event.id`,
      // No id is 0.
      [except.length === 0 ? [0] : except, OLDEST_ROWS, limit],
    );
  }

  async published(ids: readonly bigint[]): Promise<number> {
    if (ids.length === 0) return 0;
    const { affectedRows } = await retryConflicts(() =>
      this.pool.query<UpsertResult>(
        `UPDATE payment_outbox FORCE INDEX (PRIMARY) SET status = 'PUBLISHED', published_at = CURRENT_TIMESTAMP
         WHERE id IN (?) AND status = 'PENDING'`,
        [ids],
      ),
    );
    return affectedRows;
  }
}
