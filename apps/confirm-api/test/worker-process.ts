import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The worker as it is deployed: its built program in a process of its own. */
export class WorkerProcess {
  /** Everything it has printed, line by line. */
  readonly lines: string[] = [];
  /** Resolves with the exit code, or with null when a signal ended it. */
  readonly exitCode: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(env: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [join(__dirname, '../dist/main.js')], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.exitCode = once(child, 'exit').then(([code]) => code as number | null);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
  }

  /** @returns where it listens, once it does. @throws when it ends before. */
  async url(): Promise<string> {
    for (;;) {
      const listens = this.lines.find((line) => line.includes('"confirm-api listens"'));
      if (listens !== undefined) return `http://127.0.0.1:${(JSON.parse(listens) as { port: number }).port}`;
      if (this.#child.exitCode !== null) throw new Error(`the worker ended:\n${this.lines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
