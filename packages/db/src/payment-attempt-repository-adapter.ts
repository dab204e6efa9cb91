import { type PaymentAttemptRepository } from '@koosco/payment-application';
import { type PaymentAttempt, type PaymentAttemptStatus, type PaymentId } from '@koosco/payment-domain';
import { type TransactionSql } from './conflict-guard';
import { Prisma } from './generated/prisma/client';
import { insertAll } from './multi-row-insert';
import {
  paymentAttemptColumns,
  paymentAttemptFromRow,
  type PaymentAttemptRow,
  paymentAttemptToRow,
} from './payment-attempt-row';
import { type TransactionTime } from './transaction-time';

export class PaymentAttemptRepositoryAdapter implements PaymentAttemptRepository {
  constructor(
    private readonly db: TransactionSql,
    private readonly time: TransactionTime,
  ) {}

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
        fence: row.fence,
        asks: row.asks,
        send_key_slot: row.sendKeySlot,
        send_credential: row.sendCredential,
        send_unanswered: Number(row.sendUnanswered),
        send_answer_code: row.sendAnswerCode,
        send_unclear: Number(row.sendUnclear),
        send_may_arrive_until: row.sendMayArriveUntil,
        virtual_account_bank: row.virtualAccountBank,
        virtual_account_number: row.virtualAccountNumber,
        virtual_account_holder: row.virtualAccountHolder,
        virtual_account_due_at: row.virtualAccountDueAt,
        created_at: row.createdAt,
        updated_at: row.updatedAt,
      },
    ]);
  }

  async findForUpdate(attemptId: string): Promise<PaymentAttempt | null> {
    const [row] = await this.db.$queryRaw<TimedRow[]>(
      Prisma.sql`SELECT ${paymentAttemptColumns}, SYSDATE(3) AS readAt FROM payment_attempt
        WHERE attempt_id = ${attemptId} FOR UPDATE`,
    );
    if (row === undefined) return null;
    this.time.read(row.readAt);
    return paymentAttemptFromRow(row);
  }

  async findUnresolved(paymentId: PaymentId): Promise<PaymentAttempt | null> {
    const row = await this.db.paymentAttempt.findUnique({ where: { unresolvedPaymentId: paymentId } });
    return row && paymentAttemptFromRow(row);
  }

  async findLatest(paymentId: PaymentId, paymentKey: string): Promise<PaymentAttempt | null> {
    const row = await this.db.paymentAttempt.findFirst({ where: { paymentId, paymentKey }, orderBy: { id: 'desc' } });
    return row && paymentAttemptFromRow(row);
  }

  async save(attempt: PaymentAttempt, expected: { fence: number }): Promise<boolean> {
    const row = paymentAttemptToRow(attempt);
    const changed = await this.db.$executeRaw(Prisma.sql`
      UPDATE payment_attempt SET
        status = ${row.status}, pg_code = ${row.pgCode}, pg_message = ${row.pgMessage},
        leased_until = ${row.leasedUntil}, due_at = ${row.dueAt}, fence = ${row.fence}, asks = ${row.asks},
        send_key_slot = ${row.sendKeySlot}, send_unanswered = ${row.sendUnanswered},
        send_credential = ${row.sendCredential}, send_answer_code = ${row.sendAnswerCode},
        send_unclear = ${row.sendUnclear}, send_may_arrive_until = ${row.sendMayArriveUntil},
        virtual_account_bank = ${row.virtualAccountBank}, virtual_account_number = ${row.virtualAccountNumber},
        virtual_account_holder = ${row.virtualAccountHolder}, virtual_account_due_at = ${row.virtualAccountDueAt},
        updated_at = ${row.updatedAt}
      WHERE attempt_id = ${row.attemptId} AND fence = ${expected.fence}`);
    return changed === 1;
  }

  async takeOverDue(query: {
    status: PaymentAttemptStatus;
    leaseMs: number;
    limit: number;
  }): Promise<readonly PaymentAttempt[]> {
    const rows = await this.db.$queryRaw<TimedRow[]>(Prisma.sql`
      SELECT ${paymentAttemptColumns}, SYSDATE(3) AS readAt FROM payment_attempt
      WHERE status = ${query.status} AND due_at <= NOW(3) ORDER BY due_at LIMIT ${query.limit} FOR UPDATE SKIP LOCKED`);
    const [first] = rows;
    if (first === undefined) return [];
    this.time.read(first.readAt);
    const now = first.readAt;
    const leasedUntil = new Date(now.getTime() + query.leaseMs);
    const attempts = rows.map((row) => paymentAttemptFromRow(row).takeOver(now, leasedUntil));
    await this.db.$executeRaw(Prisma.sql`
      UPDATE payment_attempt
      SET leased_until = ${leasedUntil}, due_at = ${leasedUntil}, fence = fence + 1, updated_at = ${now}
      WHERE attempt_id IN (${Prisma.join(attempts.map(({ state }) => state.attemptId))})`);
    return attempts;
  }
}

/** A row, and the server's time when its lock was had: not NOW(), which is when the statement began to wait for it. */
type TimedRow = PaymentAttemptRow & { readonly readAt: Date };
