import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const PAYCTL = join(__dirname, '..', '..', 'payctl', 'dist', 'main.js');

export interface PayctlResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs payctl as an operator beside the relay would. */
export async function payctl(env: Readonly<Record<string, string>>, args: readonly string[]): Promise<PayctlResult> {
  const child = spawn(process.execPath, [PAYCTL, ...args], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'development', ...env },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}
