import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from './until';

const main = join(__dirname, '..', 'dist', 'main.js');

interface Health {
  readonly status: string;
  readonly components?: Readonly<
    Record<string, { readonly status: string; readonly details?: Readonly<Record<string, unknown>> }>
  >;
}

/** The worker as it is deployed: a process of its own. */
export class WorkerProcess {
  readonly lines: Record<string, unknown>[] = [];
  readonly exited: Promise<number | NodeJS.Signals>;
  #stderr = '';

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
    createInterface({ input: child.stdout! }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Record<string, unknown>);
    });
    child.stderr!.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
  }

  static start(env: Readonly<Record<string, string>>): WorkerProcess {
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'development', OPS_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new WorkerProcess(child);
  }

  get pid(): number {
    return this.child.pid!;
  }

  get stderr(): string {
    return this.#stderr;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** As a deployment ends it: its partitions are free at once. */
  async stop(): Promise<void> {
    this.kill('SIGTERM');
    await this.exited;
  }

  /** SIGKILL unless it has ended. */
  async end(): Promise<void> {
    this.kill('SIGKILL');
    await this.exited;
  }

  linesWith(message: string): Record<string, unknown>[] {
    return this.lines.filter(({ msg }) => msg === message);
  }

  async ready(): Promise<void> {
    await until(async () => (await this.health()).status === 'UP');
  }

  async health(): Promise<Health> {
    const response = await this.#get('/actuator/health/readiness');
    return response ? ((await response.json()) as Health) : { status: 'DOWN' };
  }

  async isAlive(): Promise<boolean> {
    return (await this.#get('/actuator/health/liveness'))?.status === 200;
  }

  /** The sum of a metric over its label sets, or over those that have these labels; 0 while it shows nothing. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const text = (await (await this.#get('/actuator/prometheus'))?.text()) ?? '';
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => wanted.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  async #get(path: string): Promise<Response | undefined> {
    const port = this.linesWith('ops server listens')[0]?.['port'];
    return port === undefined ? undefined : fetch(`http://127.0.0.1:${port as number}${path}`);
  }
}
