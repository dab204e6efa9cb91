import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type FreshDatabase } from '@koosco/payment-db/testing';
import { mustBeConfirmedOnce, startConfirmApi } from './load/confirm-api';
import { type ConfirmScene, withConfirmScene } from './load/confirm-scene';
import { type Figures, measure } from './load/measure-confirms';
import { millionPayments } from './load/million-payments';
import { NodeProcess } from './load/node-process';
import { documentedKeyPair } from './load/orders';

/**
 * Confirms a second of confirm-api, beside (a) the same rows by hand with node:http and the driver, and (b) Express
 * alone, with the same servers in the same run; and in turn with a worker that is traced. Fails when a single confirm was not approved, or was charged, stored or
 * promised other than once; a missed target is printed and does not fail.
 */
/** As many as `DB_CONNECTION_LIMIT` is unless set. */
const DATABASE_CONNECTIONS = 16;
const TOSS_SLOW_MS = 300;
const PAYMENTS_MANY = 1_000_000;

const isQuick = process.argv.includes('--quick');
/** A process that has just started takes half as much again for each of its first ten thousand confirms; a worker runs for days. */
const WARM_UP = isQuick ? 1_000 : 8_000;
const CONFIRMS_MORE = 22_000;
const confirmsAt = (connections: number): number => (connections === 1 ? 100 : 600) * (isQuick ? 1 : 8);
const CONFIRMS_IN_TURN = isQuick ? 400 : 800;

function main(): Promise<void> {
  return withConfirmScene(async ({ address, sandbox, control, observer, api, orders, atEnd }) => {
    const bare = await startBare(address, sandbox);
    atEnd(() => bare.stop());
    const express = await NodeProcess.start([join(__dirname, 'floors', 'bare-express.js')]);
    atEnd(() => express.stop());

    const readyMb = api.residentMegabytes();
    for (const server of [api, bare]) await measure(server, 16, await orders.place(WARM_UP));
    await measure(express, 16, orders.unplaced(WARM_UP));

    const ratio: Record<string, number> = {};
    for (const connections of [1, 16, 64]) {
      const confirms = confirmsAt(connections);
      const floor = await measure(bare, connections, await orders.place(confirms));
      const own = await measure(api, connections, await orders.place(confirms));
      const alone = await measure(express, connections, orders.unplaced(confirms));
      report(`${connections} connections`, {
        'confirm-api': own,
        'bare driver (a)': floor,
        'Express alone (b)': alone,
      });
      ratio[`speed_${connections}`] = own.perSecond / floor.perSecond;
      ratio[`express_${connections}`] = own.perSecond / alone.perSecond;
      ratio[`cpu_${connections}`] = own.cpuMsEach / floor.cpuMsEach;
      if (connections === 1) ratio['p50_ms_over_1'] = own.p50Ms - floor.p50Ms;
    }
    const traced = await startTraced(address, sandbox, atEnd);
    // As many as the other has behind it by now make no difference any more.
    for (const _ of [1, 2]) await measure(traced, 16, await orders.place(WARM_UP));
    const pairs: (readonly [untraced: Figures, traced: Figures])[] = [];
    for (let round = 0; round < (isQuick ? 2 : 6); round += 1) {
      // Each goes first as often as the other.
      const isTracedFirst = round % 2 === 1;
      const before = isTracedFirst ? await measure(traced, 16, await orders.place(CONFIRMS_IN_TURN)) : null;
      const own = await measure(api, 16, await orders.place(CONFIRMS_IN_TURN));
      pairs.push([own, before ?? (await measure(traced, 16, await orders.place(CONFIRMS_IN_TURN)))]);
    }
    report('16 connections, in turn with one whose spans are sent to a collector', {
      'confirm-api': averageOf(pairs.map(([figures]) => figures)),
      traced: averageOf(pairs.map(([, figures]) => figures)),
    });
    const median = (values: readonly number[]) =>
      [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
    ratio['traced_16'] = median(pairs.map(([own, other]) => other.perSecond / own.perSecond));
    ratio['traced_cpu_16'] = median(pairs.map(([own, other]) => other.cpuMsEach / own.cpuMsEach));
    await traced.stop();
    const rule = await control.addFault({
      route: 'confirm',
      fault: { kind: 'delay', delayMs: TOSS_SLOW_MS, stage: 'before' },
    });
    const slowConfirms = isQuick ? 448 : 1_920;
    const slowFloor = await measure(bare, 64, await orders.place(slowConfirms));
    const slow = await measure(api, 64, await orders.place(slowConfirms));
    await control.removeFault(rule);
    report(`64 connections, Toss answers after ${TOSS_SLOW_MS} ms`, {
      'confirm-api': slow,
      'bare driver (a)': slowFloor,
    });
    ratio['slow_toss_64'] = slow.perSecond / (64 / (TOSS_SLOW_MS / 1_000));
    // The floor does not wait for Toss alone either: database and sandbox have the same two cores.
    ratio['slow_toss_64_of_floor'] = slow.perSecond / slowFloor.perSecond;

    if (!isQuick) {
      const few = await measure(api, 16, await orders.place(4_000));
      await millionPayments(observer, PAYMENTS_MANY);
      await measure(api, 16, await orders.place(WARM_UP));
      const many = await measure(api, 16, await orders.place(4_000));
      report('16 connections, before and with 10^6 payments more', { before: few, with: many });
      ratio['million_payments'] = many.perSecond / few.perSecond;
      // A hundred thousand in all, which is what a worker must not grow over.
      await measure(api, 16, await orders.place(CONFIRMS_MORE));
    }
    const afterMb = api.residentMegabytes();
    await mustBeConfirmedOnce(observer, orders.placed, control);
    console.log(
      `confirm-api: ready after ${api.readyMs.toFixed(0)} ms with ${readyMb?.toFixed(0)} MB, ${afterMb?.toFixed(0)} MB at the end, peak ${api.peakMegabytes()?.toFixed(0)} MB`,
    );
    console.log(`${orders.placed.length} confirms: each approved, charged, stored and promised once`);
    const rounded = Object.fromEntries(Object.entries(ratio).map(([name, value]) => [name, Number(value.toFixed(3))]));
    const memoryMb = { ready: Math.round(readyMb ?? NaN), after: Math.round(afterMb ?? NaN) };
    console.log(JSON.stringify({ bench: 'confirm', ratio: rounded, readyMs: Math.round(api.readyMs), memoryMb }));
  });
}

/** A worker that is traced, and a collector that throws away what it gets. */
async function startTraced(address: FreshDatabase, sandbox: NodeProcess, atEnd: ConfirmScene['atEnd']) {
  const collector = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.setHeader('content-type', 'application/json').end('{}'));
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  atEnd(() => new Promise((resolve) => collector.close(resolve).closeAllConnections()));
  const { port } = collector.address() as AddressInfo;
  const traced = await startConfirmApi(address, sandbox, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  atEnd(() => traced.stop());
  return traced;
}

async function startBare({ host, port, user, password, database }: FreshDatabase, sandbox: NodeProcess) {
  const settings = {
    database: { host, port, user, password, database },
    connections: DATABASE_CONNECTIONS,
    tossPort: sandbox.port,
    authorization: `Basic ${Buffer.from(`${documentedKeyPair().secretKey}:`).toString('base64')}`,
  };
  return NodeProcess.start([join(__dirname, 'floors', 'bare-confirm.js'), JSON.stringify(settings)]);
}

function averageOf(figures: readonly Figures[]): Figures {
  const average = (of: (figure: Figures) => number) =>
    figures.reduce((sum, figure) => sum + of(figure), 0) / figures.length;
  return {
    perSecond: average(({ perSecond }) => perSecond),
    p50Ms: average(({ p50Ms }) => p50Ms),
    p99Ms: average(({ p99Ms }) => p99Ms),
    cpuMsEach: average(({ cpuMsEach }) => cpuMsEach),
  };
}

function report(title: string, figures: Readonly<Record<string, Figures>>): void {
  console.log(title);
  for (const [name, { perSecond, p50Ms, p99Ms, cpuMsEach }] of Object.entries(figures)) {
    const waits = `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
    console.log(
      `  ${name.padEnd(18)} ${perSecond.toFixed(0).padStart(6)}/s, ${waits}, ${cpuMsEach.toFixed(2)} ms CPU each`,
    );
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
