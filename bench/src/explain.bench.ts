import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { serversOf } from './load/confirm-api';
import { withConfirmScene } from './load/confirm-scene';
import { measure } from './load/measure-confirms';
import { millionPayments } from './load/million-payments';

/**
 * `payctl explain` of paid orders among a million payments, each a process of its own, from its start to its end, beside a Node that
 * does nothing. Fails when one of them is not explained as it is: charged once.
 */
const LIMIT_MS = 300;
const isQuick = process.argv.includes('--quick');
const PAYMENTS = isQuick ? 100_000 : 1_000_000;
const TIMES = isQuick ? 10 : 40;

const run = promisify(execFile);

function main(): Promise<void> {
  return withConfirmScene(async ({ address, sandbox, observer, api, orders }) => {
    await measure(api, 4, await orders.place(TIMES));
    await millionPayments(observer, PAYMENTS);

    const payctl = join(dirname(require.resolve('@koosco/payctl/package.json')), 'bin', 'payctl.cjs');
    const env = { NODE_ENV: 'development', ...serversOf(address, sandbox) };
    const explained: number[] = [];
    const nothing: number[] = [];
    for (const orderId of orders.placed) {
      explained.push(await timed(() => mustBePaidOnce([payctl, 'explain', orderId, '--json'], env)));
      nothing.push(await timed(() => run(process.execPath, ['-e', '0'])));
    }
    const p50 = at(explained, 0.5);
    const p90 = at(explained, 0.9);
    console.log(
      `${PAYMENTS} payments; explain: p50 ${p50.toFixed(0)} ms, p90 ${p90.toFixed(0)} ms (limit ${LIMIT_MS})`,
    );
    console.log(`a Node that does nothing: p50 ${at(nothing, 0.5).toFixed(0)} ms`);
    const ratio = { p50_of_limit: p50 / LIMIT_MS, p90_of_limit: p90 / LIMIT_MS, over_node: p50 / at(nothing, 0.5) };
    const rounded = Object.fromEntries(Object.entries(ratio).map(([name, value]) => [name, Number(value.toFixed(3))]));
    console.log(JSON.stringify({ bench: 'explain', ratio: rounded }));
  });
}

/** @throws when it says anything else of the order. That its event still waits for a relay, which does not run here, ends it with 1. */
async function mustBePaidOnce(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const { stdout } = await run(process.execPath, args, { env }).catch((error: unknown) => error as { stdout: string });
  if (!/"verdict":"charged 1,000 KRW once/.test(stdout)) throw new Error(`explained otherwise: ${stdout}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function at(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
