import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../command-line.mjs';
import { requireRunningSystem } from '../running-system.mjs';
import { endTogether, exitCodeOf, ROOT } from '../step.mjs';

export const payctl = {
  name: 'npm run payctl',
  // payctl itself understands them, says what is wrong with them, and helps.
  passesArgumentsOn: true,
  run,
};

async function run(args) {
  const script = join(ROOT, 'apps', 'payctl', 'dist', 'main.js');
  if (!existsSync(script)) throw new Refusal('Nothing is built here yet: npm start does that first');
  // Whoever names a database means that one; otherwise it is the running system's.
  const env = process.env.DB_HOST === undefined && !asksForHelp(args) ? environmentOf(requireRunningSystem()) : {};
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    env: { NODE_ENV: 'development', ...env, ...process.env },
    stdio: 'inherit',
  });
  endTogether(child);
  return exitCodeOf(child);
}

function environmentOf({ env, apiUrl, consumerOpsUrl, relayOpsUrl }) {
  return { ...env, PAYCTL_WORKERS: [apiUrl, consumerOpsUrl, relayOpsUrl].join(',') };
}

function asksForHelp(args) {
  return args.length === 0 || args.includes('--help') || args.includes('-h');
}
