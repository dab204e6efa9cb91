import { type PaymentAttemptRepository } from '@koosco/payment-application';
import { type PaymentAttempt, type PaymentId } from '@koosco/payment-domain';
import { type TransactionSql } from './conflict-guard';
import { Prisma } from './generated/prisma/client';
import { insertAll } from './multi-row-insert';
import {
  paymentAttemptColumns,
  paymentAttemptFromRow,
  type PaymentAttemptRow,
  paymentAttemptToRow,
} from './payment-attempt-row';

export class PaymentAttemptRepositoryAdapter implements PaymentAttemptRepository {
  constructor(private readonly db: TransactionSql) {}

  async insert(attempt: PaymentAttempt): Promise<void> {
    const row = paymentAttemptToRow(attempt);
    await insertAll(this.db, 'payment_attempt', [
      {
        attempt_id: row.attemptId,
        payment_id: row.paymentId,
        order_id: row.orderId,
        action: row.action,
        payment_key: row.paymentKey,
        gateway_idempotency_key: row.gatewayIdempotencyKey,
        amount: row.amount,
        status: row.status,
        pg_code: row.pgCode,
        pg_message: row.pgMessage,
        correlation_id: row.correlationId,
        leased_until: row.leasedUntil,
        due_at: row.dueAt,
        takeovers: row.takeovers,
        created_at: row.createdAt,
        updated_at: row.updatedAt,
      },
    ]);
  }

  async find(attemptId: string): Promise<PaymentAttempt | null> {
    const row = await this.db.paymentAttempt.findUnique({ where: { attemptId } });
    return row && paymentAttemptFromRow(row);
  }

  async findUnresolved(paymentId: PaymentId): Promise<PaymentAttempt | null> {
    const row = await this.db.paymentAttempt.findUnique({ where: { unresolvedPaymentId: paymentId } });
    return row && paymentAttemptFromRow(row);
  }

  async findLatest(paymentId: PaymentId, paymentKey: string): Promise<PaymentAttempt | null> {
    const row = await this.db.paymentAttempt.findFirst({ where: { paymentId, paymentKey }, orderBy: { id: 'desc' } });
    return row && paymentAttemptFromRow(row);
  }

  /**
   * @throws when the attempt is not there, or is settled. The one way out of a settled state is the domain's: money that
   *   moved after all outweighs "refused" and "not charged".
   */
  async save(attempt: PaymentAttempt): Promise<void> {
    const row = paymentAttemptToRow(attempt);
    const changed = await this.db.$executeRaw(Prisma.sql`
      UPDATE payment_attempt SET
        status = ${row.status}, pg_code = ${row.pgCode}, pg_message = ${row.pgMessage},
        leased_until = ${row.leasedUntil}, due_at = ${row.dueAt}, takeovers = ${row.takeovers},
        updated_at = ${row.updatedAt}
      WHERE attempt_id = ${row.attemptId} AND (
        unresolved_payment_id IS NOT NULL OR (status IN ('REFUSED', 'NOT_CHARGED') AND ${row.status} = 'SUCCEEDED')
      )`);
    if (changed !== 1) throw new Error(`attempt ${row.attemptId} is settled or not stored, and was not changed`);
  }

  async takeOverDue(query: { now: Date; leasedUntil: Date; limit: number }): Promise<readonly PaymentAttempt[]> {
    const rows = await this.db.$queryRaw<PaymentAttemptRow[]>(Prisma.sql`
      SELECT ${paymentAttemptColumns} FROM payment_attempt
      WHERE due_at <= ${query.now} ORDER BY due_at, id LIMIT ${query.limit} FOR UPDATE SKIP LOCKED`);
    if (rows.length === 0) return [];
    const attempts = rows.map((row) => paymentAttemptFromRow(row).takeOver(query.now, query.leasedUntil));
    await this.db.$executeRaw(Prisma.sql`
      UPDATE payment_attempt
      SET leased_until = ${query.leasedUntil}, due_at = ${query.leasedUntil}, takeovers = takeovers + 1,
        updated_at = ${query.now}
      WHERE attempt_id IN (${Prisma.join(attempts.map(({ state }) => state.attemptId))})`);
    return attempts;
  }
}
