import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders, prepare } from './prepare.mjs';
import { endTogether, exitCodeOf, ROOT } from './step.mjs';

const SUFFIX = '.bench.js';

/** Runs the benchmark of a name, and those whose names begin with it (`toss`, `toss-client`), or lists them all. */
export async function bench([name, ...args]) {
  const env = await prepare();
  const benches = packageFolders().flatMap((folder) => benchesIn(join(ROOT, folder, 'dist', 'bench')));
  const chosen = benches.filter((candidate) => candidate.name === name || candidate.name.startsWith(`${name}-`));
  if (chosen.length === 0) {
    if (name !== undefined) console.error(`There is no benchmark '${name}'.`);
    console.log(['Benchmarks, run with npm run bench -- NAME:', ...benches.map((each) => `  ${each.name}`)].join('\n'));
    return name === undefined ? 0 : 1;
  }
  let worst = 0;
  for (const { name: title, script } of chosen) {
    console.log(`\n${title}`);
    const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, env, stdio: 'inherit' });
    endTogether(child);
    worst = Math.max(worst, await exitCodeOf(child));
  }
  return worst;
}

function benchesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => ({ name: file.slice(0, -SUFFIX.length), script: join(folder, file) }));
}
