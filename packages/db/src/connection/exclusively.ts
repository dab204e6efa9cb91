import { createConnection } from 'mariadb';
import { type DatabaseAddress } from './database-address';

const PATIENCE_MS = 5_000;
/** Far longer than any work under a lock; a process that is frozen for so long loses its connection, and with it the lock. */
const IDLE_SECONDS_MAX = 60;

/**
 * Does `work` unless another process does work under the same name just now. The lock belongs to a connection of its own, so
 * the server gives it up when this process dies (MariaDB: GET_LOCK is released when the session ends). When the connection is
 * lost, `work` goes on, and another's may begin beside it: it must be such that this does no harm.
 * @returns what `work` did, or null when it is another's turn. @throws what `work` throws, or the driver's error.
 */
export async function exclusively<T>(
  address: DatabaseAddress,
  name: string,
  work: () => Promise<T>,
): Promise<T | null> {
  const { host, port, database, user, password } = address;
  const connection = await createConnection({ host, port, database, user, password, connectTimeout: PATIENCE_MS });
  // A server that goes while `work` is done is told as an event, and one that nobody hears ends the process.
  connection.on('error', () => undefined);
  try {
    // Locks are of the whole server, which may hold other databases like this one.
    const lock = `${database}.${name}`;
    await connection.query(`SET SESSION wait_timeout = ${IDLE_SECONDS_MAX}`);
    const [row] = await connection.query<{ isOurs: bigint | number | null }[]>('SELECT GET_LOCK(?, 0) AS isOurs', [
      lock,
    ]);
    if (Number(row?.isOurs ?? 0) !== 1) return null;
    try {
      return await work();
    } finally {
      // By itself it would go with the connection, but only a moment after that has been closed.
      await connection.query('DO RELEASE_LOCK(?)', [lock]).catch(() => undefined);
    }
  } finally {
    await connection.end().catch(() => undefined);
  }
}
