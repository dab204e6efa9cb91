import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { printedReport } from '../demo/report/printed-report';
import { killAtRandom } from '../demo/random-kills';
import { runDemo } from '../demo/run-demo';
import { startPaymentSystem } from '../system/payment-system';
import { interruption } from './interruption';
import { runCli } from './run-cli';
import { Narrator, styledFor } from './terminal';

interface DemoArguments {
  readonly orders: number;
  /** Kills a random process every few seconds until every buyer has an answer. */
  readonly kill: boolean;
  /** Prints the report as JSON instead of as a table. */
  readonly json: boolean;
  /** Where to write it as JSON. */
  readonly file?: string;
}

/** A call whose answer is lost is given up after this, so that a demo does not wait as long as a buyer may. */
const WORKER_ENV = { TOSS_TOTAL_DEADLINE_MS: '5000', LOG_LEVEL: 'info' };

async function main({ orders, kill, json, file }: DemoArguments): Promise<number> {
  const signal = interruption();
  const { tell: onProgress, tellInPassing } = new Narrator(json ? process.stderr : process.stdout);
  const dir = mkdtempSync(join(tmpdir(), 'payment-demo-'));
  const setUp = { dir, removeAtEnd: true, onProgress, signal, workerEnv: WORKER_ENV };
  const system = await startPaymentSystem(setUp).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : error;
  });
  try {
    onProgress('everything is up; each of these may be killed, and is started again:');
    for (const { name, pid } of system.processes) onProgress(`  ${name.padEnd(14)} process ${pid ?? '-'}`);
    const bought = new AbortController();
    const killing = kill ? killAtRandom(system, onProgress, AbortSignal.any([signal, bought.signal])) : undefined;
    const options = { orders, onProgress, onAnswered: tellInPassing, signal, onAllAnswered: () => bought.abort() };
    const report = await runDemo(system, options).finally(() => bought.abort());
    await killing;
    const text = JSON.stringify(report, null, 2);
    console.log(json ? text : `\n${printedReport(report, styledFor(process.stdout))}\n`);
    if (file !== undefined) writeFileSync(file, `${text}\n`);
    if (report.disagreements.length === 0) return 0;
    keepLogs(system.logs);
    return 1;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    keepLogs(system.logs);
    throw error;
  } finally {
    onProgress('stopping');
    await system.stop();
  }
}

function keepLogs(logs: string): void {
  const kept = resolve('.local', 'demo-logs');
  rmSync(kept, { recursive: true, force: true });
  cpSync(logs, kept, { recursive: true });
  console.error(`The logs of this run are kept in ${kept}`);
}

runCli(main);
