import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A node program of its own, on one core where `taskset` exists, that prints a URL when it is ready. */
export class PinnedProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly pinned: boolean,
  ) {}

  static async start(args: readonly string[]): Promise<PinnedProcess> {
    const pinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0;
    const command = [...(pinned ? ['taskset', '-c', '0'] : []), process.execPath, ...args];
    const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
    // A benchmark that dies half-way must not leave its servers behind.
    process.once('exit', () => child.kill('SIGKILL'));
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port === undefined) continue;
      child.stdout.resume();
      return new PinnedProcess(child, Number(port), pinned);
    }
    throw new Error('The program ended before it was ready');
  }

  /** The highest resident memory so far in MB, or undefined where /proc does not tell. */
  peakMegabytes(): number | undefined {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(this.proc('status'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  }

  /** CPU seconds used so far (user and system), or undefined where /proc does not tell. */
  cpuSeconds(): number | undefined {
    const fields = this.proc('stat').split(') ')[1]?.split(' ');
    // Fields 14 and 15 of proc(5), in ticks of a hundredth of a second.
    return fields === undefined ? undefined : (Number(fields[11]) + Number(fields[12])) / 100;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  private proc(name: string): string {
    try {
      return readFileSync(`/proc/${this.child.pid}/${name}`, 'utf8');
    } catch {
      return '';
    }
  }
}
