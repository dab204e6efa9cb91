import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../config';
import { runQuietly } from '../processes/run-quietly';
import { once } from './once';
import { APT_PATIENCE, isDebian, onPath } from './toolchain';

/** Of one release, so that what is checked by one is run by the other. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

/**
 * Those on the PATH, or else (Debian, Ubuntu) those of the system's package, unpacked into the local folder: installing it would
 * start a server, and need more rights.
 * @throws Error that says how to get them.
 */
export async function findPrometheus(onProgress: (line: string) => void): Promise<PrometheusPrograms> {
  const [prometheus, promtool] = [onPath('prometheus'), onPath('promtool')];
  if (prometheus !== undefined && promtool !== undefined) return { prometheus, promtool };
  const folder = join(config.localFolder, 'prometheus');
  if (!existsSync(folder) && !isDebian()) {
    throw new Error(
      `Alerts and dashboards are tested with a real Prometheus, and there is no 'prometheus' and 'promtool' on PATH. ` +
        `Install it (Debian: apt-get install prometheus; macOS: brew install prometheus), or unpack a release and put it on PATH`,
    );
  }
  await once(folder, onProgress, async (draft) => {
    onProgress('fetching Prometheus with apt-get');
    try {
      await download(draft);
      const [file] = readdirSync(draft).filter((name) => name.endsWith('.deb'));
      if (file === undefined) throw new Error('apt-get left no package');
      await runQuietly('dpkg-deb', ['-x', join(draft, file), draft]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Prometheus could not be fetched: install it by hand (apt-get install prometheus)\n${reason}`, {
        cause: error,
      });
    }
  });
  const programs = join(folder, 'usr', 'bin');
  return { prometheus: join(programs, 'prometheus'), promtool: join(programs, 'promtool') };
}

/** Where the lists of packages are missing or too old, they are fetched, which takes root. */
async function download(folder: string): Promise<void> {
  const get = () => runQuietly('apt-get', [...APT_PATIENCE, 'download', '-qq', 'prometheus'], { cwd: folder });
  try {
    await get();
  } catch {
    await runQuietly('apt-get', [...APT_PATIENCE, 'update', '-qq']);
    await get();
  }
}
