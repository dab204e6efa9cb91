import { type Payment } from '@koosco/payment-domain';
import { fitting } from '../transaction/fitting';
import { type InsertRow } from '../transaction/multi-row-insert';

/** The movements of money that a payment made since it was loaded. They are written and never read back into a payment. */
export function paymentTransactionsToRows({ state, newTransactions }: Payment): readonly InsertRow[] {
  return newTransactions.map((transaction) => ({
    payment_id: state.paymentId,
    type: transaction.type,
    status: transaction.status,
    pg_transaction_id: fitting(transaction.pgTransactionId, 200),
    amount: transaction.amount.krw,
    occurred_at: transaction.occurredAt,
    created_at: state.updatedAt,
  }));
}
