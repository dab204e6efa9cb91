import { randomUUID } from 'node:crypto';
import { type Connection, createConnection, SqlError } from 'mariadb';
import { type DatabaseAddress } from '../connection/database-address';
import { type MigrationFile, readMigrations, shippedMigrations } from './migration-file';
import { MigrationRefused } from './migration-refused';
import { sessionSettings } from '../connection/session-settings';

/** The name that Prisma's own engine locks, so that `prisma migrate deploy` and this runner exclude each other. */
const LOCK_NAME = 'prisma_migrate';

/** Longer than any migration of ours takes; a replica that starts meanwhile waits for the one that migrates. */
const LOCK_WAIT_S = 120;

/** The table as Prisma's engine creates it on MySQL. */
const HISTORY_TABLE = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         DATETIME(3),
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      DATETIME(3),
    started_at          DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0
  ) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`;

/**
 * Brings a database to the newest schema and returns the names of the migrations it applied, none when there was nothing
 * to do. Creates the database when it is missing. Any number of processes may do this at once; one works, the others
 * wait and then find nothing to do. Migrations that the database has and this build does not know are left alone: a
 * newer release has been here.
 *
 * @throws MigrationRefused when a person has to look first: a migration file was edited after it was applied, an earlier
 *   run ended in the middle of one, one failed now, or somebody held the lock for too long.
 */
export async function migrate(
  address: DatabaseAddress,
  migrations: readonly MigrationFile[] = readMigrations(shippedMigrations),
): Promise<readonly string[]> {
  const connection = await connect(address);
  try {
    await lock(connection);
    await connection.query(HISTORY_TABLE);
    const pending = await findPending(connection, migrations);
    for (const migration of pending) await apply(connection, migration);
    return pending.map(({ name }) => name);
  } finally {
    // The server releases the lock when the connection ends.
    await connection.end().catch(() => undefined);
  }
}

async function connect(address: DatabaseAddress): Promise<Connection> {
  // A migration is sent whole, as Prisma sends it: the server's own parser knows best where a statement ends.
  const options = { ...address, multipleStatements: true, initSql: sessionSettings };
  const { database, ...server } = options;
  try {
    return await createConnection(options);
  } catch (error) {
    if (!isServerError(error, ER_BAD_DB_ERROR)) throw error;
  }
  const connection = await createConnection(server);
  const name = connection.escapeId(database);
  try {
    await connection.query(
      `CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin; USE ${name}`,
    );
    return connection;
  } catch (error) {
    await connection.end().catch(() => undefined);
    throw new MigrationRefused(
      'NO_DATABASE',
      `There is no database ${name} and this user may not create it. Create it, or grant CREATE on it.`,
      { cause: error },
    );
  }
}

async function lock(connection: Connection): Promise<void> {
  const [answer] = await connection.query<{ locked: number | bigint | null }[]>('SELECT GET_LOCK(?, ?) AS locked', [
    LOCK_NAME,
    LOCK_WAIT_S,
  ]);
  if (Number(answer?.locked) === 1) return;
  throw new MigrationRefused(
    'LOCKED',
    `Another connection has held the lock "${LOCK_NAME}" for more than ${LOCK_WAIT_S} s. ` +
      `SELECT IS_USED_LOCK('${LOCK_NAME}') names it.`,
  );
}

interface AppliedMigration {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

async function findPending(
  connection: Connection,
  migrations: readonly MigrationFile[],
): Promise<readonly MigrationFile[]> {
  const applied = await connection.query<AppliedMigration[]>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const unfinished = applied.find(({ finished_at }) => finished_at === null);
  if (unfinished) {
    throw new MigrationRefused(
      'HALF_APPLIED_MIGRATION',
      `Migration ${unfinished.migration_name} was begun and did not finish; its reason may be in _prisma_migrations.logs. ` +
        'Undo by hand what it did, then let it run again with UPDATE _prisma_migrations SET rolled_back_at = NOW(3) ' +
        `WHERE migration_name = '${unfinished.migration_name}'.`,
    );
  }
  const checksums = new Map(applied.map(({ migration_name, checksum }) => [migration_name, checksum]));
  for (const { name, checksum } of migrations) {
    if ((checksums.get(name) ?? checksum) !== checksum) {
      throw new MigrationRefused(
        'EDITED_MIGRATION',
        `prisma/migrations/${name}/migration.sql was changed after this database applied it. ` +
          'Restore the file and put the change into a new migration.',
      );
    }
  }
  return migrations.filter(({ name }) => !checksums.has(name));
}

/** MariaDB commits at every DDL statement, so a migration cannot be rolled back: it is recorded as begun before it runs. */
async function apply(connection: Connection, { name, sql, checksum }: MigrationFile): Promise<void> {
  const id = randomUUID();
  await connection.query(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES (?, ?, ?, NOW(3))',
    [id, checksum, name],
  );
  try {
    await connection.query(sql);
  } catch (error) {
    const reason = error instanceof SqlError ? (error.sqlMessage ?? error.message) : String(error);
    // When the connection itself is gone the row stays as it is, and says the same.
    await connection.query('UPDATE _prisma_migrations SET logs = ? WHERE id = ?', [reason, id]).catch(() => undefined);
    throw new MigrationRefused(
      'MIGRATION_FAILED',
      `Migration ${name} failed: ${reason}. What came before the failing statement stays; see _prisma_migrations.logs.`,
      { cause: error },
    );
  }
  await connection.query('UPDATE _prisma_migrations SET finished_at = NOW(3), applied_steps_count = 1 WHERE id = ?', [
    id,
  ]);
}

const ER_BAD_DB_ERROR = 1049;

function isServerError(error: unknown, errno: number): boolean {
  return error instanceof SqlError && error.errno === errno;
}
