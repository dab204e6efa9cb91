import { type UnappliedChargeRepository } from '@koosco/payment-application';
import { type UnappliedCharge } from '@koosco/payment-domain';
import { fitting } from '../transaction/fitting';
import { Prisma } from '../generated/prisma/client';
import { type TransactionSql } from '../transaction/transaction-sql';

export class UnappliedChargeRepositoryAdapter implements UnappliedChargeRepository {
  constructor(private readonly sql: TransactionSql) {}

  async record(charge: UnappliedCharge): Promise<void> {
    const { attemptId, paymentId, orderId, paymentKey, amount, approvedAt, foundAt } = charge;
    const pgTransactionId = fitting(charge.pgTransactionId, 200);
    // Not INSERT IGNORE, which would also skip a row that a check refuses.
    await this.sql.write(Prisma.sql`
      INSERT INTO payment_unapplied_charge
        (attempt_id, payment_id, order_id, payment_key, pg_transaction_id, amount, approved_at, reason, found_at)
      VALUES
        (${attemptId}, ${paymentId}, ${orderId}, ${paymentKey}, ${pgTransactionId}, ${amount.krw}, ${approvedAt},
          ${fitting(charge.reason, 255)}, ${foundAt})
      ON DUPLICATE KEY UPDATE attempt_id = attempt_id`);
  }

  async markRefunded(attemptId: string, refundedAt: Date): Promise<void> {
    const changed = await this.sql.write(
      Prisma.sql`UPDATE payment_unapplied_charge SET refunded_at = ${refundedAt} WHERE attempt_id = ${attemptId}`,
    );
    if (changed !== 1) throw new Error(`attempt ${attemptId} has no unapplied charge`);
  }
}
