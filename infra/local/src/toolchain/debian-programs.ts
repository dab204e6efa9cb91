import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../config';
import { runQuietly } from '../processes/run-quietly';
import { once } from './once';
import { APT_PATIENCE, isDebian, onPath } from './toolchain';

interface Wanted<Name extends string> {
  /** All of one release, so that what is checked by one is run by the other. */
  readonly programs: readonly Name[];
  /** Those of Debian that they are in. */
  readonly packages: readonly string[];
  readonly why: string;
}

/** What a test evaluates alerts and dashboards with. @throws Error that says how to get it. */
export function findPrometheus(onProgress: (line: string) => void): Promise<Record<'prometheus' | 'promtool', string>> {
  const why = 'Alerts and dashboards are tested with a real Prometheus';
  return find({ programs: ['prometheus', 'promtool'], packages: ['prometheus'], why }, onProgress);
}

/** What an operator backs up and restores with. @throws Error that says how to get it. */
export function findMariadbClients(
  onProgress: (line: string) => void,
): Promise<Record<'mariadb' | 'mariadb-dump' | 'mariadb-binlog', string>> {
  const why = 'Backup and restore are drilled with the commands that an operator types';
  const packages = ['mariadb-client', 'mariadb-client-core'];
  return find({ programs: ['mariadb', 'mariadb-dump', 'mariadb-binlog'], packages, why }, onProgress);
}

/** What backs up the files of a running server. Of its release: on Debian the one that `apt-get` has. @throws Error that says how to get it. */
export function findMariadbBackup(onProgress: (line: string) => void): Promise<Record<'mariadb-backup', string>> {
  const why = 'Backup and restore are drilled with the commands that an operator types';
  return find({ programs: ['mariadb-backup'], packages: ['mariadb-backup'], why }, onProgress);
}

/**
 * Those on the PATH, or else (Debian, Ubuntu) those of the system's packages, unpacked into the local folder: installing them could
 * start a server, and needs more rights.
 */
async function find<Name extends string>(
  { programs, packages, why }: Wanted<Name>,
  onProgress: (line: string) => void,
): Promise<Record<Name, string>> {
  const pathsOf = (pathOf: (name: Name) => string | undefined) =>
    Object.fromEntries(programs.map((name) => [name, pathOf(name)])) as Record<Name, string>;
  if (programs.every((name) => onPath(name) !== undefined)) return pathsOf(onPath);
  const named = packages.join(' ');
  const folder = join(config.localFolder, 'debian', packages[0] ?? '');
  if (!existsSync(folder) && !isDebian()) {
    throw new Error(
      `${why}, and ${programs.join(', ')} are not all on PATH. ` +
        `Install them (Debian: apt-get install ${named}), or unpack a release and put it on PATH`,
    );
  }
  await once(folder, onProgress, async (draft) => {
    onProgress(`fetching ${named} with apt-get`);
    try {
      await download(packages, draft);
      const files = readdirSync(draft).filter((name) => name.endsWith('.deb'));
      if (files.length < packages.length) throw new Error('apt-get left no package');
      for (const file of files) await runQuietly('dpkg-deb', ['-x', join(draft, file), draft]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${named} could not be fetched: install by hand (apt-get install ${named})\n${reason}`, {
        cause: error,
      });
    }
  });
  return pathsOf((name) => join(folder, 'usr', 'bin', name));
}

/** Where the lists of packages are missing or too old, they are fetched, which takes root. */
async function download(packages: readonly string[], folder: string): Promise<void> {
  const get = () => runQuietly('apt-get', [...APT_PATIENCE, 'download', '-qq', ...packages], { cwd: folder });
  try {
    await get();
  } catch {
    await runQuietly('apt-get', [...APT_PATIENCE, 'update', '-qq']);
    await get();
  }
}
