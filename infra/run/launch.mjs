import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { endTogether, exitCodeOf, ROOT, StepFailure } from './step.mjs';

/** Hands over to e2e/dist/cli/<name>.js: its output, its signals and its exit code are ours. */
export async function launch(name, args) {
  const env = await prepare();
  const script = join(ROOT, 'e2e', 'dist', 'cli', `${name}.js`);
  if (!existsSync(script)) throw new StepFailure(`The build left no ${script}`);
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    // The child watches this process and ends when it is gone, even if it was killed (see endWithParent).
    env: { ...env, PAYMENT_PARENT_PID: String(process.pid) },
    stdio: 'inherit',
  });
  endTogether(child);
  return exitCodeOf(child);
}
