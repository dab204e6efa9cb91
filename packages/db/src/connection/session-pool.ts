import { type EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createPool, type Pool, type PoolConfig, type PoolConnection } from 'mariadb';

export interface SessionPoolOptions {
  readonly sessionSql: readonly string[];
  readonly statementTimeoutMs: number;
  /** Sees each connection whenever somebody takes it, before he has it. */
  readonly onTake?: ((connection: PoolConnection) => Promise<void>) | undefined;
}

/**
 * A pool whose connections have run `sessionSql` before anybody else gets them.
 *
 * The driver's own `initSql` is not used: when a server goes away while it runs, driver 3.4 leaves a rejected promise
 * that nobody can handle, and Node ends the process. For the same reason the collation is named, which spares the driver
 * a statement of its own in that moment.
 *
 * A statement that is not answered after `statementTimeoutMs` rejects, and its connection is given up. The driver's own
 * `socketTimeout` also ends connections that are only idle, and MariaDB's max_statement_time needs a server that runs.
 */
export function createSessionPool(
  config: PoolConfig,
  { sessionSql, statementTimeoutMs, onTake }: SessionPoolOptions,
): Pool {
  const stream = () => togetherInOneTurn(connect({ host: config.host ?? 'localhost', port: config.port ?? 3306 }));
  const pool = createPool({ ...config, stream, collation: 'UTF8MB4_UNICODE_CI' });
  // Whoever waits for a connection is told by a rejection. Without a listener the event itself would end the process.
  (pool as unknown as EventEmitter).on('error', () => undefined);

  const unprepared = new Set<number | null>();
  pool.on('connection', ({ threadId }) => unprepared.add(threadId));

  const bounded = new WeakSet<PoolConnection>();
  const takeConnection = pool.getConnection.bind(pool);
  const getConnection = async (): Promise<PoolConnection> => {
    const connection = await takeConnection();
    if (!bounded.has(connection)) {
      bounded.add(connection);
      boundStatements(connection, statementTimeoutMs);
    }
    if (unprepared.delete(connection.threadId)) {
      try {
        for (const statement of sessionSql) await connection.query(statement);
      } catch (error) {
        connection.destroy();
        throw error;
      }
    }
    await onTake?.(connection);
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

/** The driver writes each statement for itself: what is written in one turn of the event loop leaves as one. */
function togetherInOneTurn(socket: Socket): Socket {
  let isCorked = false;
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  const corkedWrite = (...args: unknown[]): boolean => {
    if (!isCorked) {
      isCorked = true;
      socket.cork();
      process.nextTick(() => {
        isCorked = false;
        socket.uncork();
      });
    }
    return write(...args);
  };
  return Object.assign(socket, { write: corkedWrite });
}

function boundStatements(connection: PoolConnection, timeoutMs: number): void {
  type Send = (...args: unknown[]) => Promise<unknown>;
  const bounded =
    (send: Send): Send =>
    (...args) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(noAnswer(timeoutMs));
          // Whether it was carried out nobody knows; on this connection its answer may still come, for another statement.
          connection.destroy();
        }, timeoutMs);
        send(...args)
          .then(resolve, reject)
          .finally(() => clearTimeout(timer));
      });
  const query = bounded(connection.query.bind(connection) as Send);
  const batch = bounded(connection.batch.bind(connection) as Send);
  const prepare = bounded(connection.prepare.bind(connection) as Send);
  Object.assign(connection, { query, batch, prepare });
}

/** In the shape of the driver's errors, by which Prisma's adapter knows them: 45026 is its number for a socket that timed out. */
function noAnswer(timeoutMs: number): Error {
  const message = `no answer from the database in ${timeoutMs} ms`;
  return Object.assign(new Error(message), {
    code: 'ER_SOCKET_TIMEOUT',
    errno: 45_026,
    sqlMessage: message,
    sqlState: null,
  });
}
