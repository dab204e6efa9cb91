import { type Pool, type PoolConnection } from 'mariadb';
import { CommitOutcomeUnknown } from './commit-outcome-unknown';
import { retryConflicts } from './retry-conflicts';
import { isTransactionConflict } from './transaction-conflict';
import { ConnectionSql, type TransactionSql } from './transaction-sql';
import { TransactionTooLong } from './transaction-too-long';

/**
 * Runs transactions on connections of the driver, on which nothing commits by itself: the first statement begins a
 * transaction, so that beginning costs no round trip, and what the server was sent after a statement that failed is
 * rolled back with the rest, instead of being committed alone.
 */
export class SqlTransactions {
  constructor(
    /** Its connections have `autocommit` switched off. */
    private readonly pool: Pick<Pool, 'getConnection'>,
    /** A transaction that is open for longer is rolled back: its locks hold up everybody else. */
    private readonly durationMs: number,
  ) {}

  /**
   * Does `work` in one transaction, and again from the beginning when it gave way to another one.
   * @throws CommitOutcomeUnknown when the connection was lost during the commit.
   * @throws TransactionTooLong when `work` did not end in time.
   */
  run<T>(work: (sql: TransactionSql) => Promise<T>): Promise<T> {
    return retryConflicts(() => this.#runOnce(work));
  }

  async #runOnce<T>(work: (sql: TransactionSql) => Promise<T>): Promise<T> {
    const connection = await this.pool.getConnection();
    const sql = new ConnectionSql(connection);
    try {
      const result = await this.#inTime(connection, sql, work(sql));
      sql.throwConflict();
      if (sql.isBegun) await commit(connection);
      return result;
    } catch (error) {
      // One that cannot be rolled back must not be given to anybody else; its server rolls back when it is gone.
      if (sql.isBegun) await connection.query('ROLLBACK').catch(() => connection.destroy());
      throw error;
    } finally {
      sql.end(() => new Error('this transaction has ended'));
      await connection.release();
    }
  }

  async #inTime<T>(connection: PoolConnection, sql: ConnectionSql, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new TransactionTooLong(this.durationMs);
        sql.end(() => error);
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
