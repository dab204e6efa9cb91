import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../config';
import { runQuietly } from '../processes/run-quietly';

// 230 MB at half a megabyte a second. A repository that does not answer would hold a start for as long as Maven retries.
const LIMIT_MINUTES = 10;

const tookTooLong = new Error(`not done within ${LIMIT_MINUTES} minutes`);

/**
 * Runs goals of the pom's dependency plugin into `folder`.
 * @throws Error with the end of Maven's output; when it takes too long; the reason of `signal` when that is aborted.
 */
export async function maven(
  mvn: string,
  folder: string,
  goals: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  // Maven writes beside its pom at times, so it works on a copy.
  const pom = join(folder, 'pom.xml');
  writeFileSync(pom, readFileSync(config.pom));
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(tookTooLong), LIMIT_MINUTES * 60_000);
  const interrupted = () => stop.abort();
  signal?.addEventListener('abort', interrupted);
  const args = [
    '--quiet',
    '--batch-mode',
    '--no-transfer-progress',
    `--file=${pom}`,
    `-Druntime.folder=${folder}`,
    ...goals.map((goal) => `dependency:${goal}`),
  ];
  try {
    await runQuietly(mvn, args, { signal: stop.signal });
  } catch (error) {
    signal?.throwIfAborted();
    const reason = messageOf(stop.signal.reason === tookTooLong ? tookTooLong : error);
    throw new Error(
      `Maven could not fetch the servers. It needs Maven Central, or a mirror named in ~/.m2/settings.xml; what it has ` +
        `fetched is kept, so the next start goes on from there.\n${reason}`,
      { cause: error },
    );
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener('abort', interrupted);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
