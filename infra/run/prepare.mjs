import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { ROOT, step, StepFailure } from './step.mjs';

// Without asking, should node_modules have been laid out by something else.
const INSTALL = ['install', '--frozen-lockfile', '--config.confirmModulesPurge=false'];
// A registry that cannot be reached is asked again and again for longer than anybody waits.
const DOWNLOAD_LIMIT_MINUTES = 10;
const STAMP = join(ROOT, 'node_modules', '.installed-by-run.json');

/** Installs what the lockfile pins and builds every package. Returns an environment in which the tools are on PATH. */
export async function prepare() {
  return withLock(join(ROOT, '.local', 'prepare.lock'), async () => {
    const env = await install();
    await step('building', 'build', 'turbo', ['run', 'build', '--output-logs=errors-only'], { env });
    return env;
  });
}

/** Skipped when what was last installed is what the lockfile and the manifests still ask for. */
async function install() {
  const wanted = wantedInstallation();
  const done = lastInstallation();
  if (done?.wanted === wanted && existsSync(join(done.pnpmFolder, 'pnpm'))) return toolEnvironment(done.pnpmFolder);

  const pnpm = `${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).packageManager}`.split('+')[0];
  const limitMinutes = DOWNLOAD_LIMIT_MINUTES;
  const find = ['-y', '-p', pnpm, '-c', 'command -v pnpm'];
  const where = await step(`fetching ${pnpm}`, 'pnpm', 'npx', find, { limitMinutes });
  const pnpmFolder = dirname(where.trimEnd().split('\n').at(-1) ?? '');
  if (!existsSync(join(pnpmFolder, 'pnpm'))) throw new StepFailure(`npx did not say where pnpm is, but:\n${where}`);
  const env = toolEnvironment(pnpmFolder);
  await step('installing dependencies', 'install', 'pnpm', INSTALL, { env, limitMinutes });
  writeFileSync(STAMP, JSON.stringify({ wanted, pnpmFolder }));
  return env;
}

function toolEnvironment(pnpmFolder) {
  return {
    ...process.env,
    // turbo runs each package's scripts through pnpm, which it looks for on PATH.
    PATH: [pnpmFolder, join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
  };
}

function lastInstallation() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return undefined;
  }
}

function wantedInstallation() {
  const hash = createHash('sha256').update(process.versions.modules);
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', '.pnpmfile.cjs', 'package.json'];
  for (const folder of packageFolders()) files.push(join(folder, 'package.json'));
  for (const file of files) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

/** Every workspace package, relative to the root. */
export function packageFolders() {
  const inside = (folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name));
  return [...inside('apps'), ...inside('packages'), 'bench', 'e2e', ...inside('infra')]
    .filter((folder) => existsSync(join(ROOT, folder, 'package.json')))
    .sort();
}
