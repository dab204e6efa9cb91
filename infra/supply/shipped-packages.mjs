import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ROOT } from '../run/step.mjs';

const SHIPPED = ['confirm-api', 'order-consumer', 'outbox-relay', 'payctl'];

/**
 * Every package of others that an installation of the workers and of payctl contains, each version once, by name.
 * @returns {{ name: string, version: string, license: string, integrity?: string }[]}
 */
export function shippedPackages() {
  // As npm start fetches it: whoever runs npm needs no pnpm of their own.
  const { packageManager } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
  const filters = SHIPPED.flatMap((app) => ['--filter-prod', `@koosco/${app}...`]);
  const listed = execFileSync('npx', ['-y', packageManager, ...filters, 'licenses', 'list', '--prod', '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const integrityOf = lockedIntegrity();
  return Object.values(JSON.parse(listed))
    .flat()
    .flatMap(({ name, versions, license }) =>
      versions.map((version) => ({ name, version, license, integrity: integrityOf.get(`${name}@${version}`) })),
    )
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** The checksum of each package as the lockfile has it: what is installed has that, or is refused. */
function lockedIntegrity() {
  const lockfile = readFileSync(`${ROOT}/pnpm-lock.yaml`, 'utf8');
  const entries = lockfile.matchAll(/^ {2}'?([^'\s]+?)'?:\n {4}resolution: \{integrity: ([^,}]+)/gm);
  return new Map([...entries].map(([, id, integrity]) => [id, integrity]));
}
