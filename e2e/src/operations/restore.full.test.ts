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
import { readDatabase } from '../demo/report/records';
import { runDemo } from '../demo/run-demo';
import { type PaymentSystem, startPaymentSystem } from '../system/payment-system';

const ORDERS = 120;
const OUR_PROCESSES = ['confirm-api', 'order-consumer', 'outbox-relay', 'connect'];

const interruption = new AbortController();
let dir: string;
let clients: Readonly<Record<string, string>>;
let system: PaymentSystem;
let other: Stack<'mariadb'> | undefined;

beforeAll(async () => {
  clients = await findMariadbClients(() => undefined);
  dir = mkdtempSync(join(tmpdir(), 'payment-restore-'));
  system = await startPaymentSystem({ dir: join(dir, 'system'), onProgress: () => undefined });
  await new SandboxControl(system.sandboxUrl).setSwitches({ transactionsVisible: 'at-once' });
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
      if (++answered === ORDERS / 2)
        backup = shell('mariadb-dump --single-transaction --master-data=2 --databases commerce-payment > backup.sql');
    },
  });
  await backup;
  expect(report.disagreements).toEqual([]);
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

const stateOf = ({ orderId, status, sequence }: { orderId: bigint; status: string; sequence: bigint }) =>
  `${orderId} ${status} ${sequence}`;

function sorted({ payments, outbox }: Awaited<ReturnType<typeof readDatabase>>) {
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
    await sleep(100, undefined, { signal: interruption.signal });
  }
}
