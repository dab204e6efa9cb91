import { type RefundRepository } from '@koosco/payment-application';
import { type OrderId, type PaymentId, type Refund } from '@koosco/payment-domain';
import { Prisma } from '../generated/prisma/client';
import { assignmentsExcept, selectList } from '../transaction/column-mapping';
import { insertAll } from '../transaction/insert/insert-all';
import { type TransactionSql } from '../transaction/transaction-sql';
import { type TransactionTime } from '../transaction/transaction-time';
import { refundColumns, refundFromRow, type RefundRow, refundToRow } from './refund-row';

const SELECTED = selectList(refundColumns);

/** What was asked for, and why, is never changed. */
const changes = assignmentsExcept(refundColumns, [
  'refundId',
  'paymentId',
  'orderId',
  'paymentKey',
  'origin',
  'causeId',
  'causationId',
  'attemptId',
  'amount',
  'reason',
  'correlationId',
  'createdAt',
]);

export class RefundRepositoryAdapter implements RefundRepository {
  constructor(
    private readonly sql: TransactionSql,
    private readonly time: TransactionTime,
  ) {}

  insert(refund: Refund): Promise<void> {
    return insertAll(this.sql, { table: 'payment_refund', columns: refundColumns }, [refundToRow(refund)]);
  }

  async findByCause(paymentId: PaymentId, causeId: string): Promise<Refund | null> {
    const [row] = await this.#select(Prisma.sql`payment_id = ${paymentId} AND cause_id = ${causeId}`);
    return row ?? null;
  }

  async findForUpdate(refundId: string): Promise<Refund | null> {
    const [row] = await this.sql.read<RefundRow & { readAt: Date }>(
      Prisma.sql`SELECT ${SELECTED}, SYSDATE(3) AS readAt FROM payment_refund WHERE refund_id = ${refundId} FOR UPDATE`,
    );
    if (row === undefined) return null;
    this.time.read(row.readAt);
    return refundFromRow(row);
  }

  findUnresolved(orderId: OrderId): Promise<readonly Refund[]> {
    return this.#select(Prisma.sql`order_id = ${orderId} AND due_at IS NOT NULL ORDER BY id`);
  }

  async findGivenBack(paymentId: PaymentId, paymentKey: string): Promise<readonly string[]> {
    const rows = await this.sql.read<{ pgTransactionId: string }>(Prisma.sql`
      SELECT pg_transaction_id AS pgTransactionId FROM payment_refund
      WHERE payment_id = ${paymentId} AND payment_key = ${paymentKey} AND pg_transaction_id IS NOT NULL
      UNION ALL
      SELECT pg_transaction_id AS pgTransactionId FROM payment_transaction
      WHERE payment_id = ${paymentId} AND type = 'CANCEL' AND pg_transaction_id IS NOT NULL`);
    return rows.map(({ pgTransactionId }) => pgTransactionId);
  }

  async save(refund: Refund, expected: { fence: number }): Promise<boolean> {
    const row = refundToRow(refund);
    const changed = await this.sql.write(Prisma.sql`
      UPDATE payment_refund SET ${changes(row)}
      WHERE refund_id = ${row.refundId} AND fence = ${expected.fence}`);
    return changed === 1;
  }

  async #select(condition: Prisma.Sql): Promise<readonly Refund[]> {
    const rows = await this.sql.read<RefundRow>(Prisma.sql`SELECT ${SELECTED} FROM payment_refund WHERE ${condition}`);
    return rows.map(refundFromRow);
  }
}
