import { type Payment } from '@koosco/payment-domain';
import { type PaymentTransaction as PaymentTransactionModel } from '../generated/prisma/client';
import { type ColumnMapping } from '../transaction/column-mapping';
import { fitting } from '../transaction/fitting';

export type PaymentTransactionRow = Omit<PaymentTransactionModel, 'id'>;

export const paymentTransactionColumns: ColumnMapping<PaymentTransactionRow> = {
  paymentId: 'payment_id',
  type: 'type',
  status: 'status',
  pgTransactionId: 'pg_transaction_id',
  amount: 'amount',
  occurredAt: 'occurred_at',
  createdAt: 'created_at',
};

/** The movements of money that a payment made since it was loaded. They are written and never read back into a payment. */
export function paymentTransactionsToRows({ state, newTransactions }: Payment): readonly PaymentTransactionRow[] {
  return newTransactions.map((transaction) => ({
    paymentId: state.paymentId,
    type: transaction.type,
    status: transaction.status,
    pgTransactionId: fitting(transaction.pgTransactionId, 200),
    amount: transaction.amount.krw,
    occurredAt: transaction.occurredAt,
    createdAt: state.updatedAt,
  }));
}
