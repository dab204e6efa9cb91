import { type EventEmitter } from 'node:events';
import { createPool, type Pool, type PoolConfig, type PoolConnection } from 'mariadb';

/**
 * A pool whose connections have run `sessionSql` before anybody else gets them.
 *
 * The driver's own `initSql` is not used: when a server goes away while it runs, driver 3.4 leaves a rejected promise
 * that nobody can handle, and Node ends the process. For the same reason the collation is named, which spares the driver
 * a statement of its own in that moment.
 */
export function createSessionPool(config: PoolConfig, sessionSql: readonly string[]): Pool {
  const pool = createPool({ ...config, collation: 'UTF8MB4_UNICODE_CI' });
  // Whoever waits for a connection is told by a rejection. Without a listener the event itself would end the process.
  (pool as unknown as EventEmitter).on('error', () => undefined);

  const unprepared = new Set<number | null>();
  pool.on('connection', ({ threadId }) => unprepared.add(threadId));

  const takeConnection = pool.getConnection.bind(pool);
  const getConnection = async (): Promise<PoolConnection> => {
    const connection = await takeConnection();
    if (unprepared.delete(connection.threadId)) {
      try {
        for (const statement of sessionSql) await connection.query(statement);
      } catch (error) {
        connection.destroy();
        throw error;
      }
    }
    return connection;
  };
  const query: Pool['query'] = async (sql, values) => {
    const connection = await getConnection();
    try {
      return await connection.query(sql, values);
    } finally {
      await connection.release();
    }
  };
  return Object.assign(pool, { getConnection, query });
}
