import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './command-line.mjs';
import { endTogether, exitCodeOf, ROOT } from './step.mjs';

/** Hands over to e2e/dist/cli/<name>.js with its options as JSON: its output, its signals and its exit code are ours. */
export async function launch(name, options, env = process.env) {
  const script = join(ROOT, 'e2e', 'dist', 'cli', `${name}.js`);
  if (!existsSync(script)) throw new Refusal('Nothing is built here yet: npm start does that first');
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    cwd: ROOT,
    // The child watches this process and ends when it is gone, even if it was killed (see endWithParent).
    env: { ...env, PAYMENT_PARENT_PID: String(process.pid) },
    stdio: 'inherit',
  });
  endTogether(child);
  return exitCodeOf(child);
}
