import { type DueHints, type Hint, type HintInbox } from '@koosco/payment-application';
import { OrderId } from '@koosco/payment-domain';
import { type Pool, type UpsertResult } from 'mariadb';

/** Each call is one statement outside a transaction, committed before it answers. */
export class MariaDbHintInbox implements HintInbox {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  async keep({ hintId, kind, orderId, status }: Hint, windowMs: number): Promise<void> {
    await this.pool.query<UpsertResult>(
      `INSERT INTO payment_webhook_hint (hint_id, kind, order_id, status, due_at)
       VALUES (?, ?, ?, ?, IF(? IS NULL, NULL, GREATEST(NOW(3), COALESCE((
         SELECT MAX(followed_at) FROM payment_webhook_hint AS earlier WHERE earlier.order_id = ?
       ) + INTERVAL ? MICROSECOND, NOW(3)))))
       ON DUPLICATE KEY UPDATE times = times + 1`,
      [hintId, kind, orderId, status, orderId, orderId, windowMs * 1_000],
    );
  }

  async findDue(limit: number): Promise<readonly DueHints[]> {
    const rows = await this.pool.query<{ orderId: bigint; statuses: string | null; upToId: bigint }[]>(
      `SELECT order_id AS orderId, GROUP_CONCAT(DISTINCT status) AS statuses, MAX(id) AS upToId FROM (
         SELECT id, order_id, status FROM payment_webhook_hint WHERE due_at <= NOW(3) ORDER BY due_at LIMIT 1000
       ) AS due GROUP BY order_id LIMIT ?`,
      [limit],
    );
    return rows.map(({ orderId, statuses, upToId }) => ({
      orderId: OrderId.of(orderId),
      statuses: statuses === null ? [] : statuses.split(','),
      upToId,
    }));
  }

  async followed({ orderId, upToId }: DueHints): Promise<void> {
    await this.pool.query(
      `UPDATE payment_webhook_hint SET due_at = NULL, followed_at = NOW(3)
       WHERE order_id = ? AND followed_at IS NULL AND id <= ? AND due_at <= NOW(3)`,
      [orderId, upToId],
    );
  }

  async postpone({ orderId, upToId }: DueHints, delayMs: number): Promise<void> {
    await this.pool.query(
      `UPDATE payment_webhook_hint SET due_at = NOW(3) + INTERVAL ? MICROSECOND
       WHERE order_id = ? AND followed_at IS NULL AND id <= ? AND due_at <= NOW(3)`,
      [delayMs * 1_000, orderId, upToId],
    );
  }

  async forget(olderThanMs: number, limit: number): Promise<number> {
    // Nearly all hints are due no more: by the index of due_at, which COALESCE keeps MariaDB from, it would sort and lock all of them.
    const { affectedRows } = await this.pool.query<UpsertResult>(
      `DELETE FROM payment_webhook_hint WHERE received_at < NOW(3) - INTERVAL ? SECOND AND COALESCE(due_at) IS NULL
       ORDER BY received_at LIMIT ?`,
      [Math.ceil(olderThanMs / 1_000), limit],
    );
    return affectedRows;
  }
}
