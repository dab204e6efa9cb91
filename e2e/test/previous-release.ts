import { runQuietly } from '@koosco/local-stack';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const WORKERS = ['confirm-api', 'order-consumer', 'outbox-relay'];

/**
 * The workers of the last release, built as it builds them, once per checkout and release.
 * @returns its root. @throws Error that says what is missing.
 */
export async function previousRelease(): Promise<string> {
  const { commit } = JSON.parse(readFileSync(join(ROOT, 'release.json'), 'utf8')) as { commit: string };
  const root = join(process.env['PAYMENT_LOCAL_DIR'] ?? join(ROOT, '.local'), 'releases', commit);
  const complete = join(root, '.complete');
  if (existsSync(complete)) return root;
  await requireCommit(commit);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  const archive = join(root, 'release.tar');
  await runQuietly('git', ['archive', `--output=${archive}`, commit], { cwd: ROOT });
  await runQuietly('tar', ['-xf', archive], { cwd: root });
  await runQuietly('pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], { cwd: root });
  // Its own turbo; and nothing from a cache, whose keys are of files that git ignores here.
  const filters = WORKERS.map((worker) => `--filter=@koosco/${worker}`);
  await runQuietly('pnpm', ['exec', 'turbo', 'run', 'build', '--force', ...filters], { cwd: root });
  writeFileSync(complete, '');
  return root;
}

async function requireCommit(commit: string): Promise<void> {
  const has = () => runQuietly('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: ROOT });
  try {
    await has().catch(() => runQuietly('git', ['fetch', '--depth=1', 'origin', commit], { cwd: ROOT }));
    await has();
  } catch (error) {
    throw new Error(
      `release.json names ${commit} as the last release, which this clone does not have: ` +
        'clone with its history (fetch-depth: 0), or git fetch --unshallow',
      { cause: error },
    );
  }
}
