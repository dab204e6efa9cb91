import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { Refusal } from './command-line.mjs';
import { commandLineOf } from './port-owner.mjs';
import { ROOT } from './step.mjs';

/** Where runtimes, data and logs of this checkout are. */
export function localFolder(env = process.env) {
  const given = env.PAYMENT_LOCAL_DIR;
  if (given === undefined || given === '') return join(ROOT, '.local');
  return isAbsolute(given) ? given : resolve(ROOT, given);
}

/**
 * What the `npm start` that keeps its data below this folder wrote about itself, if it still lives: `{ pid, root }`, and
 * once it is ready its addresses.
 */
export function runningSystem(folder) {
  let system;
  try {
    system = JSON.parse(readFileSync(join(folder, 'start', 'system.json'), 'utf8'));
  } catch {
    return undefined;
  }
  return isStart(system.pid) ? system : undefined;
}

/** Whether this process is an `npm start`: the id may be somebody else's by now. */
function isStart(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  const words = commandLineOf(pid);
  // Without /proc its life must do.
  return words.length === 0 || words.some((word) => word.endsWith(join('e2e', 'dist', 'cli', 'start.js')));
}

/** @throws Refusal when no `npm start` of this checkout is ready. */
export function requireRunningSystem() {
  const folder = localFolder();
  const system = runningSystem(folder);
  if (system === undefined) {
    throw new Refusal(`No npm start is running with its data in ${folder}: begin with npm start, in another terminal`);
  }
  if (system.apiUrl === undefined) throw new Refusal('npm start is not ready yet: wait until it says that it runs');
  return system;
}
