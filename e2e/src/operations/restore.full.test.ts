import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findMariadbClients, type Stack, startStack } from '@koosco/local-stack';
import { SandboxControl } from '@koosco/toss-sandbox';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { payctl } from '../../test/payctl';
import { areOrdersConsumed, demoKafka, readOrdersAgain } from '../demo/broker';
import { Buyer } from '../demo/buyer';
import { type PlannedOrder, planOrders } from '../demo/order-plan';
import { OrderService } from '../demo/order-service';
import { pgOrderIdOf } from '../demo/pg-order-id';
import { readDatabase, readTopics } from '../demo/report/records';
import { runDemo } from '../demo/run-demo';
import { userToken } from '../demo/user-token';
import { type PaymentSystem, startPaymentSystem } from '../system/payment-system';

const ORDERS = 120;
/** Placed and paid when the backup is long done, however slow it was. The last of them is cancelled by order-service, and gets its money back. */
const LATE_ORDERS = Array.from({ length: ORDERS / 10 }, (_, index) => 700_001n + BigInt(index)).map(
  (orderId): PlannedOrder => ({
    ...{ orderId, userId: orderId, amount: 15_000n, story: 'pays' },
    ...{ sendsEventTwice: false, hasSecondEvent: false, confirmsTwice: false },
  }),
);
/** Paid before the backup, and partly given back long after it. */
const REFUNDED_LATE = planOrders(ORDERS).find(({ story, ending }) => story === 'pays' && ending === undefined)!.orderId;
const OUR_PROCESSES = ['confirm-api', 'order-consumer', 'outbox-relay', 'connect'];

const interruption = new AbortController();
let dir: string;
let clients: Readonly<Record<string, string>>;
let system: PaymentSystem;
let other: Stack<'mariadb'> | undefined;
let backupBegan: Date;

beforeAll(async () => {
  clients = await findMariadbClients(() => undefined);
  dir = mkdtempSync(join(tmpdir(), 'payment-restore-'));
  system = await startPaymentSystem({ dir: join(dir, 'system'), onProgress: () => undefined });
  await toss().setSwitches({ transactionsVisible: 'at-once' });
}, 120_000);

afterAll(async () => {
  interruption.abort();
  await system.stop();
  await other?.stop();
  rmSync(dir, { recursive: true });
});

const processOf = (name: string) => system.processes.find((one) => one.name === name)!;

/** What docs/operations/backup.md has an operator type, against the server of that port. */
async function shell(command: string): Promise<void> {
  const { host, port, root } = (other ?? system.infrastructure).mariadb;
  const at = `--host=${host} --port=${port} --user=${root!.user} --skip-ssl`;
  const line = command.replaceAll(/\b(mariadb|mariadb-dump)(?= --| <|$)/g, (client) => `${client} ${at}`);
  const folders = Object.values(clients).map(dirname);
  const env = { ...process.env, PATH: [...folders, process.env['PATH']].join(delimiter), MYSQL_PWD: root!.password };
  await promisify(execFile)('bash', ['-o', 'pipefail', '-c', line], { cwd: dir, env, maxBuffer: 2 ** 26 });
}

const audit = () => payctl(system, ['audit', '--from', '1h', '--to', '0s', '--json']);

it('restores a database that is gone from a backup and the binary logs, and knows what the backup alone has lost', async () => {
  const logs = join(dir, 'binary-logs');
  let backup: Promise<void> | undefined;
  let answered = 0;
  const report = await runDemo(system, {
    orders: ORDERS,
    signal: interruption.signal,
    onProgress: () => undefined,
    onAnswer: () => {
      if (++answered !== ORDERS / 2) return;
      backupBegan = new Date();
      backup = shell('mariadb-dump --single-transaction --master-data=2 --databases commerce-payment > backup.sql');
    },
  });
  await backup;
  expect(report.disagreements).toEqual([]);
  await buyLate();
  const before = await readDatabase(system.infrastructure.mariadb);

  // The disk is gone; what was copied from it all the time is not.
  await Promise.all([processOf('mariadb').kill(), processOf('mariadb').stop()]);
  const data = join(dir, 'system', 'mariadb', 'data');
  mkdirSync(logs);
  for (const name of readdirSync(data).filter((file) => /^binlog\.\d+$/.test(file)))
    copyFileSync(join(data, name), join(logs, name));
  rmSync(data, { recursive: true });
  for (const name of OUR_PROCESSES) await processOf(name).stop();

  const lostAtMs = performance.now();
  other = await startStack({
    parts: ['mariadb'],
    dir: join(dir, 'other'),
    ports: { mariadb: system.infrastructure.mariadb.port },
  });
  await shell('mariadb < backup.sql');
  const restored = await readDatabase(system.infrastructure.mariadb);
  const ofBackup = new Set(restored.payments.map(stateOf));
  const lost = before.payments.filter((payment) => !ofBackup.has(stateOf(payment)) && payment.amount > 0n);
  expect(lost.length).toBeGreaterThan(ORDERS / 10);
  const missing = await audit();
  expect(missing.code).toBe(1);
  const { findings } = JSON.parse(missing.stdout) as { findings: { orderId: string | null; text: string }[] };
  const moved = lost.filter(({ status, canceledAmount }) => status === 'APPROVED' || canceledAmount > 0n);
  const named = new Set(findings.map(({ orderId }) => orderId));
  expect(moved.filter(({ orderId }) => !named.has(String(orderId)))).toEqual([]);
  const lostIds = new Set(lost.map(({ orderId }) => String(orderId)));
  expect(findings.filter(({ orderId }) => orderId !== null && !lostIds.has(orderId))).toEqual([]);

  const [, first, position] = /MASTER_LOG_FILE='(.*)', MASTER_LOG_POS=(\d+)/.exec(
    readFileSync(join(dir, 'backup.sql'), 'utf8'),
  )!;
  const files = readdirSync(logs)
    .filter((name) => name >= first!)
    .sort();
  await shell(
    `cd ${logs} && mariadb-binlog --database=commerce-payment --start-position=${position!} ${files.join(' ')} | mariadb --binary-mode`,
  );
  expect(sorted(await readDatabase(system.infrastructure.mariadb))).toEqual(sorted(before));
  for (const name of OUR_PROCESSES.toReversed()) await processOf(name).start();
  console.log(
    `${report.orders} orders, ${lost.length} of them since the backup and ${findings.length} findings without the binary logs; ` +
      `with them everything ran again, canaries included, ${((performance.now() - lostAtMs) / 1_000).toFixed(1)} s after the loss`,
  );
  expect(await audit()).toMatchObject({ code: 0, stderr: '' });
  expect(sorted(await settledOutbox())).toEqual(sorted(before));
}, 180_000);

it('goes on without the binary logs: names what Toss alone knows, and records by a confirm what is still charged, without a second charge', async () => {
  const { mariadb, kafka } = system.infrastructure;
  const broker = demoKafka(kafka.bootstrapServers);
  const before = paymentsByOrder(await readDatabase(mariadb));
  const ledger = await toss().ledger();
  for (const name of OUR_PROCESSES) await processOf(name).stop();
  await other!.stop();
  other = await startStack({ parts: ['mariadb'], dir: join(dir, 'third'), ports: { mariadb: mariadb.port } });
  await shell('mariadb < backup.sql');
  const restored = await readDatabase(mariadb);

  const ids = (await readTopics(kafka.bootstrapServers)).events.map(({ outboxId }) => outboxId ?? 0n);
  const next = ids.reduce((most, id) => (id > most ? id : most)) + 1_000_000n;
  await shell(`mariadb --execute='ALTER TABLE \`commerce-payment\`.payment_outbox AUTO_INCREMENT = ${next}'`);
  await readOrdersAgain(broker, new Date(backupBegan.getTime() - 60_000));
  await processOf('order-consumer').start();
  while (!(await areOrdersConsumed(broker))) await pause();
  for (const name of ['connect', 'outbox-relay']) await processOf(name).start();

  // What went back for a request that is read again is found at Toss, and not given back again.
  expect(paymentsByOrder(restored).get(REFUNDED_LATE)!.status).toBe('APPROVED');
  await untilIs(REFUNDED_LATE, 'PARTIALLY_CANCELED');
  const readAgain = await settledOutbox();
  const old = new Set(restored.outbox.map(({ id }) => id));
  const fresh = readAgain.outbox.filter(({ id }) => !old.has(id));
  // Each late order has its payment, and the last of them was cancelled.
  expect(fresh.length).toBeGreaterThan(LATE_ORDERS.length);
  expect(fresh.filter(({ id }) => id < next)).toEqual([]);
  const again = paymentsByOrder(readAgain);
  expect([...again.keys()].sort()).toEqual([...before.keys()].sort());
  const kept = new Set(restored.payments.map(({ paymentId }) => paymentId));
  const renamed = [...again.values()].filter(({ orderId, paymentId }) => before.get(orderId)!.paymentId !== paymentId);
  expect(renamed.map(({ orderId }) => orderId).sort()).toEqual(LATE_ORDERS.map(({ orderId }) => orderId));
  expect(renamed.filter(({ paymentId }) => kept.has(paymentId))).toEqual([]);

  const named = await namedByAudit();
  // What was in flight at the backup is settled by the relay meanwhile.
  const now = paymentsByOrder(await readDatabase(mariadb));
  const atToss = new Set(ledger.map(({ orderId }) => orderId));
  const moved = [...before.values()].filter(({ orderId }) => atToss.has(pgOrderIdOf(orderId)));
  const unlike = (records: Payments) => moved.filter((one) => stateOf(one) !== stateOf(records.get(one.orderId)!));
  expect(unlike(now).filter(({ orderId }) => !named.has(String(orderId)))).toEqual([]);
  const mayBeNamed = new Set(unlike(again).map(({ orderId }) => String(orderId)));
  expect([...named].filter((orderId) => !mayBeNamed.has(orderId))).toEqual([]);

  await processOf('confirm-api').start();
  const buyer = new Buyer(system.apiUrl, system.sandboxUrl, interruption.signal);
  const confirmed = await Promise.all(
    unlike(now)
      .filter(({ orderId, paymentKey }) => paymentKey !== null && now.get(orderId)!.unresolvedAttempts === 0n)
      .map(async ({ orderId, status, paymentKey }) => {
        const order = [...planOrders(ORDERS), ...LATE_ORDERS].find((one) => one.orderId === orderId)!;
        const answer = await buyer.confirmOnce(order, await userToken(order.userId), paymentKey!);
        return { orderId, wasApproved: status === 'APPROVED', isApproved: answer.status === 200 };
      }),
  );
  // Whose money went back, in part or in full, is not taken for paid.
  expect(confirmed.filter(({ wasApproved, isApproved }) => wasApproved !== isApproved)).toEqual([]);
  const approved = confirmed.filter(({ isApproved }) => isApproved).map(({ orderId }) => String(orderId));
  expect(approved).toEqual(expect.arrayContaining(LATE_ORDERS.slice(0, -1).map(({ orderId }) => String(orderId))));
  const left = await namedByAudit();
  expect(approved.filter((orderId) => left.has(orderId))).toEqual([]);
  expect(await toss().ledger()).toEqual(ledger);
  console.log(`${named.size} orders named, ${approved.length} of them recorded by a confirm, ${left.size} left`);
}, 180_000);

const toss = () => new SandboxControl(system.sandboxUrl);

async function namedByAudit(): Promise<ReadonlySet<string>> {
  const { findings } = JSON.parse((await audit()).stdout) as { findings: { orderId: string | null }[] };
  return new Set(findings.flatMap(({ orderId }) => orderId ?? []));
}

type Database = Awaited<ReturnType<typeof readDatabase>>;
type Payments = ReadonlyMap<bigint, Database['payments'][number]>;
const paymentsByOrder = ({ payments }: Database): Payments => new Map(payments.map((one) => [one.orderId, one]));

async function buyLate(): Promise<void> {
  const orderService = new OrderService(system.infrastructure.kafka.bootstrapServers, interruption.signal);
  await orderService.place(LATE_ORDERS);
  const buyer = new Buyer(system.apiUrl, system.sandboxUrl, interruption.signal);
  for (const order of LATE_ORDERS) expect(await buyer.pay(order)).toMatchObject({ word: 'APPROVED' });
  const { orderId } = LATE_ORDERS.at(-1)!;
  await orderService.cancel(orderId);
  await untilIs(orderId, 'CANCELED');
  await orderService.requestRefund(REFUNDED_LATE, 100n);
  await untilIs(REFUNDED_LATE, 'PARTIALLY_CANCELED');
}

async function untilIs(orderId: bigint, status: string): Promise<void> {
  while (paymentsByOrder(await settledOutbox()).get(orderId)?.status !== status) await pause();
}

const pause = () => sleep(100, undefined, { signal: interruption.signal });

const stateOf = ({ orderId, status, sequence }: { orderId: bigint; status: string; sequence: bigint }) =>
  `${orderId} ${status} ${sequence}`;

function sorted({ payments, outbox }: Database) {
  return {
    payments: [...payments].sort((a, b) => (a.orderId < b.orderId ? -1 : 1)),
    outbox: [...outbox].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** Whatever a relay had to send again has been read back. */
async function settledOutbox() {
  for (;;) {
    const found = await readDatabase(system.infrastructure.mariadb);
    if (found.outbox.every(({ status }) => status === 'PUBLISHED')) return found;
    await pause();
  }
}
