import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PREAMBLE = `
  const { beginSpan, createLogger, Metrics } = require('@koosco/payment-telemetry');
  const { HealthChecks, Lifecycle, runWorker, untilAborted, waitFor } = require('./dist/index.js');
  const logger = createLogger({ service: 'worker', level: 'info' });
  const workerWith = (options) => {
    const lifecycle = new Lifecycle({ logger, deadlineMs: 2 ** 30, ...options });
    lifecycle.installSignalHandlers();
    return lifecycle;
  };
`;

/** A worker made of the built package, as deployed. When it logs a message named in `signals` it gets that signal. */
export async function scriptedWorker(script: string, signals: Record<string, NodeJS.Signals> = {}) {
  const worker = spawn(process.execPath, ['-e', PREAMBLE + script], {
    cwd: join(__dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    // Before the test's own limit, so that a worker that does not stop fails the test and is not left behind.
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: worker.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as { msg: string };
    lines.push(line);
    const signal = signals[line.msg];
    if (signal) worker.kill(signal);
  });
  const [code] = (await once(worker, 'close')) as [number | null];
  return { code, lines, messages: lines.map(({ msg }) => msg) };
}
