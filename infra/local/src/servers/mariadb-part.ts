import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mariadb';
import { config } from '../config';
import { runAs } from './mariadb-server';
import { type ProcessSpec } from '../processes/process-spec';
import { type Runtime } from '../toolchain/runtime';

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** The database as the workers reach it, plus the accounts only tests and the connector need. */
export interface MariadbAccess extends Account {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** May do anything: create further databases, change global variables. Undefined for a server that is not ours. */
  readonly root: Account | undefined;
  /** Follows the binary log. */
  readonly debezium: Account;
}

// As in infra/mariadb/init.sql: the development defaults of the specification.
export const DATABASE = 'commerce-payment';
export const APP: Account = { user: 'admin', password: 'admin1234' };
export const DEBEZIUM: Account = { user: 'debezium', password: 'debezium1234' };

export function mariadbAccess(folder: string, port: number): MariadbAccess {
  const root = { user: 'root', password: rootPassword(folder) };
  return { host: '127.0.0.1', port, ...APP, database: DATABASE, root, debezium: DEBEZIUM };
}

export function mariadbSpec(runtime: Runtime, folder: string, access: MariadbAccess, logFile: string): ProcessSpec {
  const data = join(folder, 'data');
  if (!existsSync(data)) cpSync(runtime.mariadbTemplate, data, { recursive: true });
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const { mariadbd, basedir } = runtime.mariadb;
  return {
    name: 'mariadb',
    command: mariadbd,
    args: [
      `--defaults-file=${config.mariadbCnf}`,
      ...runAs(),
      ...(basedir === undefined ? [] : [`--basedir=${basedir}`]),
      `--datadir=${data}`,
      `--init-file=${writeInitFile(folder, access)}`,
      '--bind-address=127.0.0.1',
      `--port=${access.port}`,
      // No socket file: its path may be 107 characters at most, and ours hangs below somebody's checkout.
      '--socket=',
      // Its own: a server that starts removes what looks like another one's temporary tables.
      `--tmpdir=${temporary}`,
      `--pid-file=${join(folder, 'mariadb.pid')}`,
      `--secure-file-priv=${folder}`,
      '--innodb-buffer-pool-size=256M',
      // Newer servers make themselves a certificate at every start, which takes 3 s, and nothing leaves the machine here.
      '--skip-ssl',
    ],
    env: config.childEnv,
    logFile,
    readiness: { probe: () => selectOne(access) },
    secrets: [access.password, access.debezium.password, access.root?.password ?? ''],
  };
}

/** Rejects unless the account can enter the database. */
export async function selectOne({ host, port, user, password, database }: MariadbAccess): Promise<void> {
  const connection = await createConnection({ host, port, user, password, database, connectTimeout: 2_000 });
  try {
    await connection.query('SELECT 1');
  } finally {
    await connection.end();
  }
}

/** Root is nobody's default here: the server may run as root, and every user of the machine reaches 127.0.0.1. */
function rootPassword(folder: string): string {
  const file = join(folder, 'root-password');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}

function writeInitFile(folder: string, { root }: MariadbAccess): string {
  const file = join(folder, 'init.sql');
  const statements = [readFileSync(config.mariadbInitSql, 'utf8')];
  if (root !== undefined) {
    statements.push(
      `CREATE USER IF NOT EXISTS '${root.user}'@'%' IDENTIFIED BY '${root.password}';`,
      `GRANT ALL PRIVILEGES ON *.* TO '${root.user}'@'%' WITH GRANT OPTION;\n`,
    );
  }
  writeFileSync(file, statements.join('\n'), { mode: 0o600 });
  return file;
}
