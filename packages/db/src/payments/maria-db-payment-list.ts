import { type PaymentList, type PaymentQuery } from '@koosco/payment-application';
import { type PaymentStatus } from '@koosco/payment-domain';
import { type Pool } from 'mariadb';
import { selectList } from '../transaction/column-mapping';
import { datesAsText, type TextRows, withDates } from '../transaction/dates-of-rows';
import { dateTimeText } from '../transaction/insert/sql-literal';
import { paymentColumns, paymentFromRow, type PaymentRow } from './payment-row';

const STATUSES: readonly PaymentStatus[] = ['READY', 'APPROVED', 'FAILED', 'PARTIALLY_CANCELED', 'CANCELED'];

export class MariaDbPaymentList implements PaymentList {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  async find(query: PaymentQuery): ReturnType<PaymentList['find']> {
    // The index begins with the status, and ends, as every index of InnoDB, with the primary key: each status is read from
    // where the list goes on, and the newest of all are kept.
    const statuses = query.status === undefined ? STATUSES : [query.status];
    const rows = (await Promise.all(statuses.map((status) => this.#ofStatus(status, query)))).flat();
    rows.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.rowId < b.rowId ? 1 : -1));
    return rows.slice(0, query.limit).map((row) => ({
      payment: paymentFromRow(row),
      position: { createdAt: row.createdAt, rowId: row.rowId },
    }));
  }

  async #ofStatus(status: PaymentStatus, { from, to, after, limit }: PaymentQuery): Promise<readonly Row[]> {
    const conditions = ['status = ?'];
    const values: unknown[] = [status];
    if (from !== undefined) {
      conditions.push('created_at >= ?');
      values.push(dateTimeText(from));
    }
    if (to !== undefined) {
      conditions.push('created_at < ?');
      values.push(dateTimeText(to));
    }
    if (after !== undefined) {
      const at = dateTimeText(after.createdAt);
      conditions.push('created_at <= ? AND (created_at < ? OR id < ?)');
      values.push(at, at, after.rowId);
    }
    const sql = `SELECT id AS rowId, ${selectList(paymentColumns).sql} FROM payment
      WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT ?`;
    return withDates(await this.pool.query<TextRows<Row>>({ sql, ...datesAsText }, [...values, limit]));
  }
}

interface Row extends PaymentRow {
  readonly rowId: bigint;
}
