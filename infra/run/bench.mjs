import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders, prepare } from './prepare.mjs';
import { endTogether, exitCodeOf, ROOT } from './step.mjs';

const SUFFIX = '.bench.js';

/** Runs one benchmark by name, or lists them. */
export async function bench([name, ...args]) {
  const env = await prepare();
  const benches = packageFolders().flatMap((folder) => benchesIn(join(ROOT, folder, 'dist', 'bench')));
  const chosen = benches.find((candidate) => candidate.name === name);
  if (chosen === undefined) {
    if (name !== undefined) console.error(`There is no benchmark '${name}'.`);
    console.log(['Benchmarks, run with npm run bench -- NAME:', ...benches.map((each) => `  ${each.name}`)].join('\n'));
    return name === undefined ? 0 : 1;
  }
  const child = spawn(process.execPath, [chosen.script, ...args], { cwd: ROOT, env, stdio: 'inherit' });
  endTogether(child);
  return exitCodeOf(child);
}

function benchesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => ({ name: file.slice(0, -SUFFIX.length), script: join(folder, file) }));
}
