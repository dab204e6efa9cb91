import { type PaymentChange, type PaymentHistory } from '@koosco/payment-application';
import { fitting } from '../transaction/fitting';
import { insertAll } from '../transaction/multi-row-insert';
import { type TransactionSql } from '../transaction/transaction-sql';

export class PaymentHistoryAdapter implements PaymentHistory {
  constructor(private readonly sql: TransactionSql) {}

  append(changes: readonly PaymentChange[]): Promise<void> {
    return insertAll(
      this.sql,
      'payment_history',
      changes.map((change) => ({
        payment_id: change.paymentId,
        sequence: change.sequence,
        from_status: change.from,
        to_status: change.to,
        canceled_amount: change.canceledAmount.krw,
        actor: change.actor,
        causation_id: change.causationId,
        attempt_id: change.attemptId,
        refund_id: change.refundId,
        pg_code: fitting(change.pgCode, 100),
        occurred_at: change.at,
      })),
    );
  }
}
