import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** Far longer than any worker takes whose dependencies are there. */
const READY_MS_MAX = 60_000;
const PRINTED_MAX = 2_000;

export interface NodeProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** On this core alone, where `taskset` exists. */
  readonly core?: number;
}

/** A node program of its own, whose use of the machine is read from the system's books, that says when it is ready. */
export class NodeProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly pinned: boolean,
    /** From its start until it was ready. */
    readonly readyMs: number,
  ) {}

  /**
   * Ready with the first line that has a `http://127.0.0.1:PORT` in it.
   * @throws when the program ends before.
   */
  static async start(args: readonly string[], options: NodeProcessOptions = {}): Promise<NodeProcess> {
    const { child, pinned, startedMs } = launch(args, options);
    let text = '';
    for await (const chunk of child.stdout) {
      text += String(chunk);
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port === undefined) continue;
      child.stdout.resume();
      return new NodeProcess(child, Number(port), pinned, performance.now() - startedMs);
    }
    throw new Error('The program ended before it was ready');
  }

  /**
   * Ready once `path` on its port answers 200.
   * @throws when the program ends before, or is not ready within a minute: then with the end of what it has printed.
   */
  static async startUntil(
    args: readonly string[],
    options: NodeProcessOptions & { port: number; path: string },
  ): Promise<NodeProcess> {
    const { child, pinned, startedMs } = launch(args, options);
    let printed = '';
    child.stdout.on('data', (chunk) => (printed = (printed + String(chunk)).slice(-PRINTED_MAX)));
    while (child.exitCode === null && performance.now() - startedMs < READY_MS_MAX) {
      const answer = await fetch(`http://127.0.0.1:${options.port}${options.path}`).catch(() => undefined);
      if (answer?.status === 200) {
        return new NodeProcess(child, options.port, pinned, performance.now() - startedMs);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`The program is not ready. It has printed:\n${printed}`);
  }

  /** Resident memory in MB now, or undefined where /proc does not tell. */
  residentMegabytes(): number | undefined {
    return this.#megabytes('VmRSS');
  }

  /** The highest resident memory so far in MB, or undefined where /proc does not tell. */
  peakMegabytes(): number | undefined {
    return this.#megabytes('VmHWM');
  }

  /** CPU seconds used so far (user and system), or undefined where /proc does not tell. */
  cpuSeconds(): number | undefined {
    const fields = this.#proc('stat').split(') ')[1]?.split(' ');
    // Fields 14 and 15 of proc(5), in ticks of a hundredth of a second.
    return fields === undefined ? undefined : (Number(fields[11]) + Number(fields[12])) / 100;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  #megabytes(name: string): number | undefined {
    const kilobytes = new RegExp(`${name}:\\s+(\\d+) kB`).exec(this.#proc('status'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  }

  #proc(name: string): string {
    try {
      return readFileSync(`/proc/${this.child.pid}/${name}`, 'utf8');
    } catch {
      return '';
    }
  }
}

// With a signal Node would end without the event by which children are ended.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

function launch(args: readonly string[], { env, core }: NodeProcessOptions) {
  const pin = ['-c', String(core)];
  const pinned = core !== undefined && spawnSync('taskset', [...pin, 'true']).status === 0;
  const command = pinned ? 'taskset' : process.execPath;
  const rest = pinned ? [...pin, process.execPath, ...args] : args;
  const startedMs = performance.now();
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'], ...(env && { env }) });
  // A benchmark that dies half-way must not leave its servers behind.
  process.once('exit', () => child.kill('SIGKILL'));
  return { child, pinned, startedMs };
}
