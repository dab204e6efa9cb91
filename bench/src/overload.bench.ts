import { setTimeout as sleep } from 'node:timers/promises';
import { mustBeConfirmedOnce } from './load/confirm-api';
import { withConfirmScene } from './load/confirm-scene';
import { measure } from './load/measure-confirms';
import { type Prepared } from './load/orders';
import { PipelinedConnection, type RawAnswer } from './load/pipelined-connection';

/**
 * More confirms than confirm-api can serve: first twice its speed, come what may, then four times as many buyers at once as
 * it works for, each of whom tries again when he is told to. Fails when it answers anything but 200 or 503 with Retry-After,
 * when health or metrics are not answered meanwhile, and when in the end, everybody having tried again, a single order was
 * not approved, charged, stored and promised exactly once.
 */
const WARM_UP = 1_500;
/** `MAX_REQUESTS_AT_ONCE` unless set, four times. */
const BUYERS_AT_ONCE = 4 * 128;
const isQuick = process.argv.includes('--quick');
const SECONDS = isQuick ? 4 : 15;
const WATCHED = ['/actuator/health/liveness', '/actuator/health/readiness', '/actuator/prometheus'];
const WATCH_INTERVAL_MS = 250;

interface Answered extends RawAnswer {
  readonly waitMs: number;
}

function main(): Promise<void> {
  return withConfirmScene(async ({ control, observer, api, orders }) => {
    await measure(api, 16, await orders.place(WARM_UP));
    const capacity = await measure(api, 16, await orders.place(isQuick ? 1_200 : 4_800));

    const perSecond = 2 * capacity.perSecond;
    const arriving = await orders.place(Math.ceil(perSecond * SECONDS));
    const flooded = await watched(api.port, () => arrive(api.port, arriving, perSecond));
    const left = arriving.filter((_, index) => flooded.result.answers[index]?.status !== 200);

    const crowd = await orders.place(Math.ceil(capacity.perSecond * SECONDS));
    const crowded = await watched(api.port, () => tryUntilServed(api.port, [...left, ...crowd], BUYERS_AT_ONCE));
    await mustBeConfirmedOnce(observer, orders.placed, control);

    console.log(
      `served at 16 connections: ${capacity.perSecond.toFixed(0)}/s, p50 ${ms(capacity.p50Ms)}, p99 ${ms(capacity.p99Ms)}`,
    );
    const ratio = {
      served_at_twice: report(`${perSecond.toFixed(0)} arriving a second`, flooded) / capacity.perSecond,
      served_at_four: report(`${BUYERS_AT_ONCE} buyers at once`, crowded) / capacity.perSecond,
    };
    console.log(`${orders.placed.length} confirms: in the end each approved, charged, stored and promised once`);
    const rounded = Object.fromEntries(Object.entries(ratio).map(([name, value]) => [name, Number(value.toFixed(3))]));
    const memoryMb = { after: Math.round(api.residentMegabytes() ?? NaN) };
    console.log(JSON.stringify({ bench: 'overload', ratio: rounded, memoryMb }));
  });
}

interface Load {
  readonly answers: readonly Answered[];
  readonly seconds: number;
}

/** Buyers who come at their own pace, whatever becomes of those before them. Answers are in the order of `prepared`. */
async function arrive(port: number, prepared: readonly Prepared[], perSecond: number): Promise<Load> {
  const opened: PipelinedConnection[] = [];
  // Taken in turn, so that none is idle for so long that the server closes it.
  const free: PipelinedConnection[] = [];
  const open = async (): Promise<PipelinedConnection> => {
    const connection = await PipelinedConnection.open(port);
    opened.push(connection);
    return connection;
  };
  const ask = async ({ request }: Prepared): Promise<Answered> => {
    const connection = free.shift() ?? (await open());
    const answer = await timed(connection, request);
    free.push(connection);
    return answer;
  };
  const startedMs = performance.now();
  const asked: Promise<Answered>[] = [];
  for (const one of prepared) {
    // Those that are late by the clock of a busy machine come together.
    const earlyMs = startedMs + (asked.length * 1_000) / perSecond - performance.now();
    if (earlyMs > 1) await sleep(earlyMs);
    asked.push(ask(one));
  }
  const answers = await Promise.all(asked);
  const seconds = (performance.now() - startedMs) / 1_000;
  for (const connection of opened) connection.close();
  return { answers, seconds };
}

/** So many buyers at a time, each of whom waits as long as he is told to when he is turned away. */
async function tryUntilServed(port: number, prepared: readonly Prepared[], buyers: number): Promise<Load> {
  const answers: Answered[] = [];
  const queue = prepared.values();
  const startedMs = performance.now();
  const buyer = async (): Promise<void> => {
    const connection = await PipelinedConnection.open(port);
    for (const { request } of queue) {
      for (let status = 0; status !== 200;) {
        const answer = await timed(connection, request);
        answers.push(answer);
        status = answer.status;
        if (status === 503) await sleep((answer.retryAfterSeconds ?? 0) * 1_000);
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: buyers }, buyer));
  return { answers, seconds: (performance.now() - startedMs) / 1_000 };
}

/** @throws when the answer is neither an approval nor a civil refusal. */
async function timed(connection: PipelinedConnection, request: Buffer): Promise<Answered> {
  const sentMs = performance.now();
  const answer = await connection.ask(request);
  const { status, body, retryAfterSeconds } = answer;
  const isApproval = status === 200 && body.includes('"status":"APPROVED"');
  const isRefusal = status === 503 && retryAfterSeconds !== null;
  if (!isApproval && !isRefusal) throw new Error(`answered ${status}, Retry-After ${retryAfterSeconds}: ${body}`);
  return { ...answer, waitMs: performance.now() - sentMs };
}

/**
 * Asks for health and metrics while there is load.
 * @throws when one of them is answered otherwise than with 200.
 */
async function watched<T>(port: number, load: () => Promise<T>) {
  const looksMs: number[] = [];
  let isOver = false;
  const look = async (): Promise<void> => {
    while (!isOver) {
      for (const path of WATCHED) {
        const askedMs = performance.now();
        const answer = await fetch(`http://127.0.0.1:${port}${path}`);
        const body = await answer.text();
        if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}: ${body}`);
        looksMs.push(performance.now() - askedMs);
      }
      await sleep(WATCH_INTERVAL_MS);
    }
  };
  const end = <R>(result: R): R => {
    isOver = true;
    return result;
  };
  const [result] = await Promise.all([load().then(end), look()]);
  return { result, looksMs };
}

/** @returns approvals a second. */
function report(
  title: string,
  { result, looksMs }: { readonly result: Load; readonly looksMs: readonly number[] },
): number {
  const waitsOf = (status: number) => result.answers.filter((answer) => answer.status === status).map(waitOf);
  const [served, refused] = [waitsOf(200), waitsOf(503)];
  const servedPerSecond = served.length / result.seconds;
  console.log(
    [
      title,
      `  served       ${servedPerSecond.toFixed(0)}/s, ${quantiles(served)}`,
      `  turned away  ${(refused.length / result.seconds).toFixed(0)}/s, ${quantiles(refused)}`,
      `  health and metrics, asked ${looksMs.length} times: ${quantiles(looksMs)}`,
    ].join('\n'),
  );
  return servedPerSecond;
}

const waitOf = ({ waitMs }: Answered) => waitMs;

function quantiles(waitsMs: readonly number[]): string {
  const sorted = waitsMs.toSorted((a, b) => a - b);
  const at = (share: number) => ms(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
}

const ms = (value: number) => `${value.toFixed(1)} ms`;

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
