import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from './until';

const main = join(__dirname, '..', 'dist', 'main.js');

/** The worker as it is deployed: a process of its own. */
export class RelayProcess {
  readonly lines: Record<string, unknown>[] = [];
  readonly exited: Promise<number | NodeJS.Signals>;

  constructor(env: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'development', OPS_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exited = once(this.child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Record<string, unknown>);
    });
  }

  private readonly child: ChildProcess;

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** SIGKILL unless it has ended. */
  async end(): Promise<void> {
    this.kill('SIGKILL');
    await this.exited;
  }

  ready(): Promise<void> {
    return until(async () => (await this.get('/actuator/health/readiness')).status === 200);
  }

  async get(path: string): Promise<Response> {
    const port = this.lines.find(({ msg }) => msg === 'ops server listens')?.['port'];
    if (port === undefined) throw new Error('the ops server does not listen yet');
    return fetch(`http://127.0.0.1:${port as number}${path}`);
  }

  /** A counter's value for one label; 0 while it shows nothing. */
  async metric(name: string, label: string): Promise<number> {
    const text = await (await this.get('/actuator/prometheus')).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name}{`) && each.includes(label));
    return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(' ') + 1));
  }
}
