import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { documentedMerchant, type LedgerRow } from '@koosco/toss-sandbox';
import { NodeProcess } from './load/node-process';
import { PipelinedConnection, postBytes } from './load/pipelined-connection';

/** What the sandbox must do so that it is never what limits another benchmark. */
const confirmsPerSecondMin = 2_000;
const megabytesMax = 200;

/** 25 s at the required rate, all of them remembered at the end. */
const payments = 50_000;
const connections = 8;
const requestsInFlightPerConnection = 16;
const amountKrw = 1_000;
const sandboxMain = join(dirname(require.resolve('@koosco/toss-sandbox')), 'main.js');

/** The named floor: bare node:http that reads a JSON body and answers a Payment-sized one, nothing else. */
const bareServer = `
  const answer = Buffer.alloc(1300, 'x');
  require('node:http').createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => { text += chunk; });
    request.on('end', () => { JSON.parse(text); response.writeHead(200, { 'content-length': answer.length }); response.end(answer); });
  }).listen(0, '127.0.0.1', function () { console.log('http://127.0.0.1:' + this.address().port); });
`;

/** Confirms against a durable sandbox in a process of its own; exit code 1 when it is too slow, too big, or wrong. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'toss-sandbox-bench-'));
  try {
    const bare = await benchBare();
    const result = await benchSandbox(folder);
    const failures = judge(folder, result);
    const megabytes = result.megabytes?.toFixed(0) ?? 'unknown';
    console.log(
      `toss-sandbox, ${payments} confirms, ${result.pinned ? 'pinned to one core' : 'not pinned (no taskset)'}`,
    );
    console.log(`  confirms/s                 ${result.perSecond.toFixed(0)}  (at least ${confirmsPerSecondMin})`);
    console.log(`  confirms per CPU second    ${result.perCpuSecond?.toFixed(0) ?? 'unknown'}`);
    console.log(`  bare node:http, same load  ${bare.toFixed(0)}/s; ratio ${(result.perSecond / bare).toFixed(2)}`);
    console.log(`  peak memory                ${megabytes} MB  (at most ${megabytesMax})`);
    console.log(`  ledger agrees with answers ${failures.length === 0 ? 'yes' : 'see below'}`);
    for (const failure of failures) console.log(`FAILED: ${failure}`);
    process.exitCode = failures.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly perSecond: number;
  readonly perCpuSecond: number | undefined;
  readonly megabytes: number | undefined;
  readonly pinned: boolean;
  readonly approved: ReadonlySet<string>;
}

async function benchSandbox(folder: string): Promise<Measured> {
  const sandbox = await NodeProcess.start([sandboxMain, '--port', '0', '--data', folder], { core: 0 });
  try {
    const [pair] = documentedMerchant.keys;
    if (pair === undefined) throw new Error('The documented merchant has no keys');
    const orders = Array.from({ length: payments }, (_none, index) =>
      postBytes('/__sim/authentications', {
        clientKey: pair.clientKey,
        orderId: `ord-${String(index).padStart(19, '0')}`,
        orderName: 'bench',
        amount: amountKrw,
      }),
    );
    const confirms: Buffer[] = [];
    const authorization = `Basic ${Buffer.from(`${pair.secretKey}:`).toString('base64')}`;
    await load(sandbox.port, orders, (body) => {
      const { paymentKey, orderId, amount } = JSON.parse(body) as Record<string, unknown>;
      const headers = { authorization, 'idempotency-key': `confirm-${String(orderId)}` };
      confirms.push(postBytes('/v1/payments/confirm', { paymentKey, orderId, amount }, headers));
    });
    const approved = new Set<string>();
    const cpuBefore = sandbox.cpuSeconds();
    const seconds = await load(sandbox.port, confirms, (body, status) => {
      const paymentKey = /"paymentKey":"([^"]+)"/.exec(body)?.[1];
      if (status === 200 && body.includes('"status":"DONE"') && paymentKey !== undefined) approved.add(paymentKey);
    });
    const cpu = cpuBefore === undefined ? undefined : (sandbox.cpuSeconds() ?? NaN) - cpuBefore;
    return {
      perSecond: payments / seconds,
      perCpuSecond: cpu === undefined ? undefined : payments / cpu,
      megabytes: sandbox.peakMegabytes(),
      pinned: sandbox.pinned,
      approved,
    };
  } finally {
    await sandbox.stop();
  }
}

async function benchBare(): Promise<number> {
  const server = await NodeProcess.start(['-e', bareServer], { core: 0 });
  try {
    const request = postBytes('/', { paymentKey: 'x'.repeat(24), orderId: 'x'.repeat(24), amount: amountKrw });
    const requests = Array.from({ length: payments }, () => request);
    return payments / (await load(server.port, requests, () => undefined));
  } finally {
    await server.stop();
  }
}

/** Seconds it took until the last answer. */
async function load(
  port: number,
  requests: readonly Buffer[],
  take: (body: string, status: number) => void,
): Promise<number> {
  const opened = await Promise.all(Array.from({ length: connections }, () => PipelinedConnection.open(port)));
  const share = Math.ceil(requests.length / connections);
  const startedMs = performance.now();
  await Promise.all(
    opened.map((connection, index) =>
      connection.send(requests.slice(index * share, (index + 1) * share), requestsInFlightPerConnection, (answer) =>
        take(answer.body, answer.status),
      ),
    ),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  for (const connection of opened) connection.close();
  return seconds;
}

function judge(folder: string, result: Measured): string[] {
  const rows = readFileSync(join(folder, 'ledger.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LedgerRow);
  const charged = new Set(rows.map((row) => row.paymentKey));
  const failures: string[] = [];
  if (result.approved.size !== payments) failures.push(`${result.approved.size} of ${payments} confirms were approved`);
  if (rows.length !== charged.size) failures.push(`${rows.length - charged.size} payments were charged twice`);
  const unknown = [...result.approved].filter((paymentKey) => !charged.has(paymentKey));
  if (unknown.length > 0) failures.push(`${unknown.length} approved payments are not in the ledger`);
  if (charged.size !== result.approved.size) failures.push(`${charged.size} charged, ${result.approved.size} answered`);
  if (rows.some((row) => row.kind !== 'charge' || row.amount !== amountKrw)) failures.push('A row has a wrong amount');
  if (result.perSecond < confirmsPerSecondMin) failures.push(`${result.perSecond.toFixed(0)} confirms/s are too few`);
  if ((result.megabytes ?? 0) > megabytesMax) failures.push(`${result.megabytes?.toFixed(0)} MB are too many`);
  return failures;
}

void main();
