import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PretendedStart {
  readonly pid: number;
  /** What PAYMENT_LOCAL_DIR is for the commands that are to find it. */
  readonly folder: string;
  /** What it says about itself. */
  write(system: object): void;
  end(): void;
}

/** To those who look, an `npm start` that runs: a process with that script, and what it wrote about itself. */
export async function pretendStart(system: object): Promise<PretendedStart> {
  const folder = mkdtempSync(join(tmpdir(), 'payment-start-'));
  const script = join(folder, 'e2e', 'dist', 'cli', 'start.js');
  mkdirSync(join(script, '..'), { recursive: true });
  mkdirSync(join(folder, 'start'));
  writeFileSync(script, "setInterval(() => undefined, 1000); console.log('up');");
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const write = (said: object) => writeFileSync(join(folder, 'start', 'system.json'), JSON.stringify(said));
  write({ pid: child.pid, ...system });
  const end = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  return { pid: child.pid ?? 0, folder, write, end };
}
