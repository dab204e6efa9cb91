import { type ReadBooks } from '@koosco/payment-application';
import { type Pool } from 'mariadb';

export class MariaDbReadBooks implements ReadBooks {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  async readUntil(): Promise<Date | null> {
    const [row] = await this.pool.query<{ readUntilMs: bigint | number }[]>(
      // As a number: the driver would read a DATETIME in this process's time zone.
      `SELECT CAST(UNIX_TIMESTAMP(read_until) * 1000 AS INT) AS readUntilMs FROM payment_gateway_books WHERE id = 1`,
    );
    return row === undefined ? null : new Date(Number(row.readUntilMs));
  }

  async moveTo(readUntil: Date): Promise<void> {
    await this.pool.query(
      `INSERT INTO payment_gateway_books (id, read_until) VALUES (1, FROM_UNIXTIME(? / 1000))
       ON DUPLICATE KEY UPDATE read_until = VALUES(read_until)`,
      [readUntil.getTime()],
    );
  }

  async unknownOf(movements: Parameters<ReadBooks['unknownOf']>[0]): Promise<ReadonlySet<string>> {
    const orderIds = [...new Set(movements.map(({ orderId }) => orderId))];
    if (orderIds.length === 0) return new Set();
    // In this order: while a table is small the optimizer would rather read the whole of it.
    const rows = await this.pool.query<{ known: string }[]>(
      `SELECT STRAIGHT_JOIN moved.pg_transaction_id AS known FROM payment
         JOIN payment_transaction AS moved ON moved.payment_id = payment.payment_id
         WHERE payment.order_id IN (?) AND moved.pg_transaction_id IS NOT NULL
       UNION ALL SELECT STRAIGHT_JOIN refund.pg_transaction_id FROM payment
         JOIN payment_refund AS refund ON refund.payment_id = payment.payment_id
         WHERE payment.order_id IN (?) AND refund.pg_transaction_id IS NOT NULL
       UNION ALL SELECT STRAIGHT_JOIN charge.pg_transaction_id FROM payment
         JOIN payment_attempt AS attempt ON attempt.payment_id = payment.payment_id
         JOIN payment_unapplied_charge AS charge ON charge.attempt_id = attempt.attempt_id
         WHERE payment.order_id IN (?) AND charge.pg_transaction_id IS NOT NULL`,
      [orderIds, orderIds, orderIds],
    );
    const known = new Set(rows.map((row) => row.known));
    return new Set(movements.map((row) => row.pgTransactionId).filter((id) => !known.has(id)));
  }
}
