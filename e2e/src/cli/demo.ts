import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithParent } from '@koosco/local-stack';
import { printedReport } from '../demo/demo-report';
import { runDemo } from '../demo/run-demo';
import { startPaymentSystem } from '../system/payment-system';

const USAGE = 'Usage: npm run demo -- [--orders N] [--json FILE]   (N from 1 to 100000, 200 unless given)';

/** A call whose answer is lost is given up after this, so that a demo does not wait as long as a buyer may. */
const WORKER_ENV = { TOSS_TOTAL_DEADLINE_MS: '5000', LOG_LEVEL: 'info' };

async function main(): Promise<number> {
  const options = readArguments();
  if (options === null) {
    console.error(USAGE);
    return 2;
  }
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Error('interrupted'));
  // `on`, not `once`: Ctrl-C reaches this process from the terminal and again from npm.
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  endWithParent(interrupt);

  const startedAt = Date.now();
  const onProgress = (line: string) =>
    console.log(`[${((Date.now() - startedAt) / 1_000).toFixed(0).padStart(3)} s] ${line}`);
  const dir = mkdtempSync(join(tmpdir(), 'payment-demo-'));
  const system = await startPaymentSystem({ dir, removeAtEnd: true, onProgress, workerEnv: WORKER_ENV });
  try {
    onProgress('everything is up; each of these may be killed, and is started again:');
    for (const { name, pid } of system.processes) onProgress(`  ${name.padEnd(14)} process ${pid ?? '-'}`);
    const report = await runDemo(system, { ...options, onProgress, signal: interruption.signal });
    console.log(`\n${printedReport(report)}\n`);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
    if (report.disagreements.length === 0) return 0;
    keepLogs(system.logs);
    return 1;
  } catch (error) {
    if (interruption.signal.aborted) return 130;
    keepLogs(system.logs);
    throw error;
  } finally {
    onProgress('stopping');
    await system.stop();
  }
}

function readArguments(): { orders: number; json: string | undefined } | null {
  try {
    const { values } = parseArgs({ options: { orders: { type: 'string', default: '200' }, json: { type: 'string' } } });
    const orders = Number(values.orders);
    if (!Number.isInteger(orders) || orders < 1 || orders > 100_000) return null;
    return { orders, json: values.json === undefined ? undefined : resolve(values.json) };
  } catch {
    return null;
  }
}

function keepLogs(logs: string): void {
  const kept = resolve('.local', 'demo-logs');
  rmSync(kept, { recursive: true, force: true });
  cpSync(logs, kept, { recursive: true });
  console.error(`The logs of this run are kept in ${kept}`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
