import { type Transaction, type UnitOfWork } from '@koosco/payment-application';
import { IdempotencyRepositoryAdapter } from '../payments/idempotency-repository-adapter';
import { OutboxIntegrationEventPublisher } from '../outbox/outbox-integration-event-publisher';
import { PaymentAttemptRepositoryAdapter } from '../attempts/payment-attempt-repository-adapter';
import { PaymentRepositoryAdapter } from '../payments/payment-repository-adapter';
import { UnappliedChargeRepositoryAdapter } from '../attempts/unapplied-charge-repository-adapter';
import { PaymentHistoryAdapter } from '../payments/payment-history-adapter';
import { OrderCancellationRepositoryAdapter } from '../refunds/order-cancellation-repository-adapter';
import { RefundRepositoryAdapter } from '../refunds/refund-repository-adapter';
import { type DatabaseTracing, untraced } from '../database-tracing';
import { type SqlTransactions } from './sql-transactions';
import { type TransactionSql } from './transaction-sql';
import { TransactionTime } from './transaction-time';

/** Each unit of work is one transaction, and every repository in it speaks to that transaction's connection. */
export class MariaDbUnitOfWork implements UnitOfWork {
  constructor(
    private readonly transactions: SqlTransactions,
    private readonly tracing: DatabaseTracing = untraced,
  ) {}

  /** @throws what {@link SqlTransactions.run} throws. */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.tracing.transaction(() => this.transactions.run((sql) => work(transactionOn(sql, this.tracing))));
  }
}

function transactionOn(sql: TransactionSql, tracing: DatabaseTracing): Transaction {
  const time = new TransactionTime(sql);
  return {
    payments: new PaymentRepositoryAdapter(sql, time),
    attempts: new PaymentAttemptRepositoryAdapter(sql, time),
    idempotency: new IdempotencyRepositoryAdapter(sql),
    events: new OutboxIntegrationEventPublisher(sql, tracing),
    history: new PaymentHistoryAdapter(sql),
    unappliedCharges: new UnappliedChargeRepositoryAdapter(sql),
    refunds: new RefundRepositoryAdapter(sql, time),
    orderCancellations: new OrderCancellationRepositoryAdapter(sql),
    now: () => time.now(),
  };
}
