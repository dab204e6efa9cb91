import { type PoolConnection } from 'mariadb';
import { createDatabase, type Database, type DatabaseOptions } from '../src/create-database';

type Query = (sql: string | { sql: string }, ...rest: unknown[]) => Promise<unknown>;

/**
 * A database whose server tells, to us, the time that `now` says when a connection is taken. MariaDB's NOW() follows the
 * session variable `timestamp`; SYSDATE() does not, so it is asked for NOW() instead.
 */
export function createDatabaseInTime(options: DatabaseOptions, now: () => Date): Database {
  const prepared = new WeakSet<PoolConnection>();
  return createDatabase(options, async (connection) => {
    if (!prepared.has(connection)) {
      prepared.add(connection);
      const query = connection.query.bind(connection) as Query;
      const timedQuery: Query = (sql, ...rest) =>
        query(typeof sql === 'string' ? inTime(sql) : { ...sql, sql: inTime(sql.sql) }, ...rest);
      Object.assign(connection, { query: timedQuery });
    }
    await connection.query(`SET SESSION timestamp = ${now().getTime() / 1_000}`);
  });
}

function inTime(sql: string): string {
  return sql.replaceAll('SYSDATE(', 'NOW(');
}
