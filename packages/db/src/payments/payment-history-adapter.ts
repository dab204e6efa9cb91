import { type PaymentChange, type PaymentHistory } from '@koosco/payment-application';
import { type PaymentHistory as HistoryModel } from '../generated/prisma/client';
import { type ColumnMapping } from '../transaction/column-mapping';
import { fitting } from '../transaction/fitting';
import { insertAll } from '../transaction/insert/insert-all';
import { type TransactionSql } from '../transaction/transaction-sql';

const columns: ColumnMapping<Omit<HistoryModel, 'id'>> = {
  paymentId: 'payment_id',
  sequence: 'sequence',
  fromStatus: 'from_status',
  toStatus: 'to_status',
  canceledAmount: 'canceled_amount',
  actor: 'actor',
  causationId: 'causation_id',
  attemptId: 'attempt_id',
  refundId: 'refund_id',
  pgCode: 'pg_code',
  occurredAt: 'occurred_at',
};

export class PaymentHistoryAdapter implements PaymentHistory {
  constructor(private readonly sql: TransactionSql) {}

  append(changes: readonly PaymentChange[]): Promise<void> {
    return insertAll(
      this.sql,
      { table: 'payment_history', columns },
      changes.map((change) => ({
        paymentId: change.paymentId,
        sequence: change.sequence,
        fromStatus: change.from,
        toStatus: change.to,
        canceledAmount: change.canceledAmount.krw,
        actor: change.actor,
        causationId: change.causationId,
        attemptId: change.attemptId,
        refundId: change.refundId,
        pgCode: fitting(change.pgCode, 100),
        occurredAt: change.at,
      })),
    );
  }
}
