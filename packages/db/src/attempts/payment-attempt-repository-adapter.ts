import { type PaymentAttemptRepository } from '@koosco/payment-application';
import { type OrderId, type PaymentAttempt, type PaymentAttemptStatus, type PaymentId } from '@koosco/payment-domain';
import { Prisma } from '../generated/prisma/client';
import { insertAll } from '../transaction/insert/insert-all';
import {
  paymentAttemptColumns,
  paymentAttemptFromRow,
  type PaymentAttemptRow,
  paymentAttemptToRow,
} from './payment-attempt-row';
import { assignmentsExcept, selectList } from '../transaction/column-mapping';
import { type TransactionTime } from '../transaction/transaction-time';
import { type TransactionSql } from '../transaction/transaction-sql';

const SELECTED = selectList(paymentAttemptColumns);

/** What was asked for, and of whom, is never changed. */
const changes = assignmentsExcept(paymentAttemptColumns, [
  'attemptId',
  'paymentId',
  'orderId',
  'action',
  'paymentKey',
  'gatewayIdempotencyKey',
  'amount',
  'correlationId',
  'createdAt',
]);

export class PaymentAttemptRepositoryAdapter implements PaymentAttemptRepository {
  constructor(
    private readonly sql: TransactionSql,
    private readonly time: TransactionTime,
  ) {}

  insert(attempt: PaymentAttempt): Promise<void> {
    const target = { table: 'payment_attempt', columns: paymentAttemptColumns };
    return insertAll(this.sql, target, [paymentAttemptToRow(attempt)]);
  }

  async findForUpdate(attemptId: string): Promise<PaymentAttempt | null> {
    const [row] = await this.sql.read<TimedRow>(
      Prisma.sql`SELECT ${SELECTED}, SYSDATE(3) AS readAt FROM payment_attempt
        WHERE attempt_id = ${attemptId} FOR UPDATE`,
    );
    if (row === undefined) return null;
    this.time.read(row.readAt);
    return paymentAttemptFromRow(row);
  }

  async findUnresolved(orderId: OrderId): Promise<PaymentAttempt | null> {
    const [row] = await this.sql.read<PaymentAttemptRow>(Prisma.sql`
      SELECT ${SELECTED} FROM payment_attempt
      WHERE unresolved_payment_id = (SELECT payment_id FROM payment WHERE order_id = ${orderId})`);
    return row === undefined ? null : paymentAttemptFromRow(row);
  }

  async findLatest(paymentId: PaymentId, paymentKey: string): Promise<PaymentAttempt | null> {
    const [row] = await this.sql.read<PaymentAttemptRow>(Prisma.sql`
      SELECT ${SELECTED} FROM payment_attempt
      WHERE payment_id = ${paymentId} AND payment_key = ${paymentKey} ORDER BY id DESC LIMIT 1`);
    return row === undefined ? null : paymentAttemptFromRow(row);
  }

  async save(attempt: PaymentAttempt, expected: { fence: number }): Promise<boolean> {
    const row = paymentAttemptToRow(attempt);
    const changed = await this.sql.write(Prisma.sql`
      UPDATE payment_attempt SET ${changes(row)}
      WHERE attempt_id = ${row.attemptId} AND fence = ${expected.fence}`);
    return changed === 1;
  }

  async takeOverDue(query: {
    status: PaymentAttemptStatus;
    leaseMs: number;
    limit: number;
  }): Promise<readonly PaymentAttempt[]> {
    const rows = await this.sql.read<TimedRow>(Prisma.sql`
      SELECT ${SELECTED}, SYSDATE(3) AS readAt FROM payment_attempt
      WHERE status = ${query.status} AND due_at <= NOW(3) ORDER BY due_at LIMIT ${query.limit} FOR UPDATE SKIP LOCKED`);
    const [first] = rows;
    if (first === undefined) return [];
    this.time.read(first.readAt);
    const now = first.readAt;
    const leasedUntil = new Date(now.getTime() + query.leaseMs);
    const attempts = rows.map((row) => paymentAttemptFromRow(row).takeOver(now, leasedUntil));
    await this.sql.write(Prisma.sql`
      UPDATE payment_attempt
      SET leased_until = ${leasedUntil}, due_at = ${leasedUntil}, fence = fence + 1, updated_at = ${now}
      WHERE attempt_id IN (${Prisma.join(attempts.map(({ state }) => state.attemptId))})`);
    return attempts;
  }
}

/** A row, and the server's time when its lock was had: not NOW(), which is when the statement began to wait for it. */
type TimedRow = PaymentAttemptRow & { readonly readAt: Date };
