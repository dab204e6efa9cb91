import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort, startStack } from '@koosco/local-stack';
import { CreatePaymentUseCase } from '@koosco/payment-application';
import { createDatabase, type Database, timeOrderedIds } from '@koosco/payment-db';
import { freshDatabase, type FreshDatabase } from '@koosco/payment-db/testing';
import { Money, OrderId, PgOrderId, UserId } from '@koosco/payment-domain';
import { documentedMerchant, SandboxControl } from '@koosco/toss-sandbox';
import { SignJWT } from 'jose';
import { type Connection, createConnection } from 'mariadb';
import { millionPayments } from './million-payments';
import { NodeProcess } from './node-process';
import { PipelinedConnection, postBytes } from './pipelined-connection';

/**
 * Confirms a second of confirm-api, beside (a) the same rows by hand with node:http and the driver, and (b) Express
 * alone, with the same servers in the same run. Fails when a single confirm was not approved, or was charged, stored or
 * promised other than once; a missed target is printed and does not fail.
 */
const AMOUNT_KRW = 1_000;
const USERS = 50;
/** A process that has just started is slower for its first thousand confirms; a worker runs for days. */
const WARM_UP = 1_500;
/** As many as `DB_CONNECTION_LIMIT` is unless set. */
const DATABASE_CONNECTIONS = 16;
const TOSS_SLOW_MS = 300;
const PAYMENTS_MANY = 1_000_000;
/** As long as a key of HS512 has to be; the worker is told it. */
const SECRET = 'b'.repeat(64);

const isQuick = process.argv.includes('--quick');
const confirmsAt = (connections: number): number => (connections === 1 ? 200 : 1_200) * (isQuick ? 1 : 4);

interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server's process. */
  readonly cpuMsEach: number;
}

interface Prepared {
  readonly request: Buffer;
  readonly orderId: string;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'confirm-bench-'));
  const stack = await startStack({ parts: ['mariadb'] });
  const closers: (() => Promise<unknown>)[] = [() => stack.stop()];
  try {
    const { host, port, root } = stack.mariadb;
    if (root === undefined) throw new Error('the benchmark wants a server of its own');
    const address = await freshDatabase({ host, port, ...root });
    const sandboxMain = join(dirname(require.resolve('@koosco/toss-sandbox')), 'main.js');
    const sandbox = await NodeProcess.start([sandboxMain, '--port', '0', '--data', folder]);
    closers.push(() => sandbox.stop());
    const database = createDatabase({ ...address, connectionLimit: 2 });
    closers.push(() => database.close());
    const observer = await createConnection(address);
    closers.push(() => observer.end());

    const api = await startApi(address, sandbox);
    closers.push(() => api.stop());
    const bare = await startBare(address, sandbox);
    closers.push(() => bare.stop());
    const express = await NodeProcess.start([join(__dirname, 'bare-express.js')]);
    closers.push(() => express.stop());

    const control = new SandboxControl(`http://127.0.0.1:${sandbox.port}`);
    const orders = new Orders(database, sandbox.port);
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
    const rule = await control.addFault({
      route: 'confirm',
      fault: { kind: 'delay', delayMs: TOSS_SLOW_MS, stage: 'before' },
    });
    const slow = await measure(api, 64, await orders.place(isQuick ? 640 : 1_920));
    await control.removeFault(rule);
    report(`64 connections, Toss answers after ${TOSS_SLOW_MS} ms`, { 'confirm-api': slow });
    ratio['slow_toss_64'] = slow.perSecond / (64 / (TOSS_SLOW_MS / 1_000));

    if (!isQuick) {
      const few = await measure(api, 16, await orders.place(4_000));
      await millionPayments(observer, PAYMENTS_MANY);
      await measure(api, 16, await orders.place(WARM_UP));
      const many = await measure(api, 16, await orders.place(4_000));
      report('16 connections, before and with 10^6 payments more', { before: few, with: many });
      ratio['million_payments'] = many.perSecond / few.perSecond;
    }
    const afterMb = api.residentMegabytes();
    await mustAgree(observer, orders.placed, control);
    console.log(
      `confirm-api: ready after ${api.readyMs.toFixed(0)} ms with ${readyMb?.toFixed(0)} MB, ${afterMb?.toFixed(0)} MB at the end, peak ${api.peakMegabytes()?.toFixed(0)} MB`,
    );
    console.log(`${orders.placed.length} confirms: each approved, charged, stored and promised once`);
    const rounded = Object.fromEntries(Object.entries(ratio).map(([name, value]) => [name, Number(value.toFixed(3))]));
    const memoryMb = { ready: Math.round(readyMb ?? NaN), after: Math.round(afterMb ?? NaN) };
    console.log(JSON.stringify({ bench: 'confirm', ratio: rounded, readyMs: Math.round(api.readyMs), memoryMb }));
  } finally {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startApi(address: FreshDatabase, sandbox: NodeProcess): Promise<NodeProcess> {
  const main = join(dirname(require.resolve('@koosco/confirm-api/package.json')), 'dist', 'main.js');
  const port = await freePort();
  return NodeProcess.startUntil([main], {
    port,
    path: '/actuator/health/readiness',
    env: {
      NODE_ENV: 'development',
      SERVER_PORT: String(port),
      JWT_SECRET: SECRET,
      DB_HOST: address.host,
      DB_PORT: String(address.port),
      DB_NAME: address.database,
      DB_USERNAME: address.user,
      DB_PASSWORD: address.password,
      TOSS_BASE_URL: `http://127.0.0.1:${sandbox.port}`,
    },
  });
}

async function startBare({ host, port, user, password, database }: FreshDatabase, sandbox: NodeProcess) {
  const settings = {
    database: { host, port, user, password, database },
    connections: DATABASE_CONNECTIONS,
    tossPort: sandbox.port,
    authorization: `Basic ${Buffer.from(`${keyPair().secretKey}:`).toString('base64')}`,
  };
  return NodeProcess.start([join(__dirname, 'bare-confirm.js'), JSON.stringify(settings)]);
}

function keyPair() {
  const [pair] = documentedMerchant.keys;
  if (pair === undefined) throw new Error('The documented merchant has no keys');
  return pair;
}

/** Orders whose buyers have been through the payment window, and the requests with which they come back. */
class Orders {
  readonly placed: string[] = [];
  readonly #create: CreatePaymentUseCase;
  #tokens: readonly string[] | undefined;
  #last = 0;

  constructor(
    database: Database,
    private readonly sandboxPort: number,
  ) {
    this.#create = new CreatePaymentUseCase(database.unitOfWork, { now: () => new Date() }, timeOrderedIds, 'bench');
  }

  async place(count: number): Promise<Prepared[]> {
    this.#tokens ??= await Promise.all(Array.from({ length: USERS }, (_, user) => tokenOf(user + 1)));
    const ids = Array.from({ length: count }, () => (this.#last += 1));
    for (let from = 0; from < count; from += 500) {
      await this.#create.execute(
        ids.slice(from, from + 500).map((id) => ({
          orderId: OrderId.of(BigInt(id)),
          userId: UserId.of(BigInt(userOf(id))),
          amount: Money.krw(BigInt(AMOUNT_KRW)),
          orderName: '티셔츠 외 1건',
          correlationId: `bench-${id}`,
          causationId: `event-${id}`,
        })),
      );
    }
    const { clientKey } = keyPair();
    const windows = ids.map((id) =>
      postBytes('/__sim/authentications', {
        clientKey,
        orderId: PgOrderId.of(OrderId.of(BigInt(id))),
        orderName: '티셔츠 외 1건',
        amount: AMOUNT_KRW,
      }),
    );
    const connection = await PipelinedConnection.open(this.sandboxPort);
    const prepared: Prepared[] = [];
    await connection.send(windows, 16, ({ body }, index) => {
      const { paymentKey } = JSON.parse(body) as { paymentKey: string };
      prepared.push(this.#prepare(ids[index] ?? 0, paymentKey));
    });
    connection.close();
    this.placed.push(...ids.map(String));
    return prepared;
  }

  /** As long as those that are placed, for a server that does not look at them. */
  unplaced(count: number): Prepared[] {
    return Array.from({ length: count }, (_, index) => this.#prepare(index + 1, 'x'.repeat(30)));
  }

  #prepare(id: number, paymentKey: string): Prepared {
    const authorization = `Bearer ${this.#tokens?.[userOf(id) - 1] ?? ''}`;
    const body = { paymentKey, orderId: String(id), amount: AMOUNT_KRW };
    return { request: postBytes('/api/payments/confirm', body, { authorization }), orderId: String(id) };
  }
}

const userOf = (id: number): number => (id % USERS) + 1;

function tokenOf(user: number): Promise<string> {
  return new SignJWT({ roles: ['USER'] })
    .setProtectedHeader({ alg: 'HS512' })
    .setSubject(String(user))
    .setIssuedAt()
    .setExpirationTime('1 day')
    .sign(new TextEncoder().encode(SECRET));
}

/** Every connection sends its next request when it has its answer. */
async function measure(server: NodeProcess, connections: number, prepared: readonly Prepared[]): Promise<Figures> {
  const opened = await Promise.all(Array.from({ length: connections }, () => PipelinedConnection.open(server.port)));
  const waitsMs: number[] = [];
  const queue = prepared.values();
  const cpuBefore = server.cpuSeconds() ?? NaN;
  const startedMs = performance.now();
  const lane = async (connection: PipelinedConnection): Promise<void> => {
    for (const { request, orderId } of queue) {
      const sentMs = performance.now();
      const { status, body } = await connection.ask(request);
      waitsMs.push(performance.now() - sentMs);
      if (status !== 200 || !body.includes('"status":"APPROVED"')) {
        throw new Error(`order ${orderId} was answered ${status}: ${body}`);
      }
    }
  };
  await Promise.all(opened.map(lane));
  const seconds = (performance.now() - startedMs) / 1_000;
  const cpuSeconds = (server.cpuSeconds() ?? NaN) - cpuBefore;
  for (const connection of opened) connection.close();
  waitsMs.sort((a, b) => a - b);
  const at = (share: number): number =>
    waitsMs[Math.min(waitsMs.length - 1, Math.floor(waitsMs.length * share))] ?? NaN;
  return {
    perSecond: prepared.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMsEach: (cpuSeconds * 1_000) / prepared.length,
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

/** @throws unless database and Toss's books have one approval of every order, and nothing besides. */
async function mustAgree(observer: Connection, placed: readonly string[], control: SandboxControl): Promise<void> {
  // Those with an attempt: the orders of the Express round were never placed, and the million were never confirmed.
  const [row] = await observer.query<Record<string, bigint>[]>(`
    SELECT COUNT(*) AS attempts, SUM(p.status = 'APPROVED' AND a.status = 'SUCCEEDED') AS approved,
      (SELECT COUNT(*) FROM payment_transaction WHERE payment_id IN (SELECT payment_id FROM payment_attempt)) AS stored,
      (SELECT COUNT(DISTINCT aggregate_id) FROM payment_outbox WHERE event_type = 'payment.completed') AS promised,
      (SELECT COUNT(*) FROM payment_outbox WHERE event_type = 'payment.completed') AS events
    FROM payment_attempt a JOIN payment p ON p.payment_id = a.payment_id`);
  const charges = await control.ledger();
  const counts = {
    attempts: Number(row?.['attempts']),
    approved: Number(row?.['approved']),
    stored: Number(row?.['stored']),
    promised: Number(row?.['promised']),
    events: Number(row?.['events']),
    charges: charges.length,
    chargedOrders: new Set(charges.map(({ orderId }) => orderId)).size,
  };
  const wrong = Object.entries(counts).filter(([, count]) => count !== placed.length);
  if (wrong.length > 0) {
    throw new Error(`of ${placed.length} confirms: ${wrong.map(([name, count]) => `${name} ${count}`).join(', ')}`);
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
