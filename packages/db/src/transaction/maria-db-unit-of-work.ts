import { type Transaction, type UnitOfWork } from '@koosco/payment-application';
import { type Pool, type PoolConnection } from 'mariadb';
import { IdempotencyRepositoryAdapter } from '../payments/idempotency-repository-adapter';
import { OutboxIntegrationEventPublisher } from '../outbox/outbox-integration-event-publisher';
import { PaymentAttemptRepositoryAdapter } from '../attempts/payment-attempt-repository-adapter';
import { PaymentRepositoryAdapter } from '../payments/payment-repository-adapter';
import { UnappliedChargeRepositoryAdapter } from '../attempts/unapplied-charge-repository-adapter';
import { PaymentHistoryAdapter } from '../payments/payment-history-adapter';
import { OrderCancellationRepositoryAdapter } from '../refunds/order-cancellation-repository-adapter';
import { RefundRepositoryAdapter } from '../refunds/refund-repository-adapter';
import { CommitOutcomeUnknown } from './commit-outcome-unknown';
import { retryConflicts } from './retry-conflicts';
import { isTransactionConflict } from './transaction-conflict';
import { ConnectionSql, type TransactionSql } from './transaction-sql';
import { TransactionTime } from './transaction-time';
import { TransactionTooLong } from './transaction-too-long';

/**
 * Runs transactions on connections of the driver, on which nothing commits by itself: the first statement begins a
 * transaction, so that beginning costs no round trip, and what the server was sent after a statement that failed is
 * rolled back with the rest, instead of being committed alone.
 */
export class MariaDbUnitOfWork implements UnitOfWork {
  constructor(
    /** Its connections have `autocommit` switched off. */
    private readonly pool: Pick<Pool, 'getConnection'>,
    /** A transaction that is open for longer is rolled back: its locks hold up everybody else. */
    private readonly durationMs: number,
  ) {}

  /**
   * @throws CommitOutcomeUnknown when the connection was lost during the commit.
   * @throws TransactionTooLong when `work` did not end in time.
   */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return retryConflicts(() => this.#runOnce(work));
  }

  async #runOnce<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const connection = await this.pool.getConnection();
    const sql = new ConnectionSql(connection);
    try {
      const result = await this.#inTime(connection, sql, work(transactionOn(sql)));
      sql.throwConflict();
      if (sql.isBegun) await commit(connection);
      return result;
    } catch (error) {
      // One that cannot be rolled back must not be given to anybody else; its server rolls back when it is gone.
      if (sql.isBegun) await connection.query('ROLLBACK').catch(() => connection.destroy());
      throw error;
    } finally {
      sql.end(new Error('this transaction has ended'));
      await connection.release();
    }
  }

  async #inTime<T>(connection: PoolConnection, sql: ConnectionSql, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new TransactionTooLong(this.durationMs);
        sql.end(error);
        connection.destroy();
        reject(error);
      }, this.durationMs);
    });
    try {
      return await Promise.race([work, tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function commit(connection: PoolConnection): Promise<void> {
  try {
    await connection.query('COMMIT');
  } catch (error) {
    // With a conflict the server says that nothing was committed; whatever else went wrong, nobody knows.
    if (isTransactionConflict(error)) throw error;
    throw new CommitOutcomeUnknown({ cause: error });
  }
}

function transactionOn(sql: TransactionSql): Transaction {
  const time = new TransactionTime(sql);
  return {
    payments: new PaymentRepositoryAdapter(sql, time),
    attempts: new PaymentAttemptRepositoryAdapter(sql, time),
    idempotency: new IdempotencyRepositoryAdapter(sql),
    events: new OutboxIntegrationEventPublisher(sql),
    history: new PaymentHistoryAdapter(sql),
    unappliedCharges: new UnappliedChargeRepositoryAdapter(sql),
    refunds: new RefundRepositoryAdapter(sql, time),
    orderCancellations: new OrderCancellationRepositoryAdapter(sql),
    now: () => time.now(),
  };
}
