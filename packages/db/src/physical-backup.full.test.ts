import { afterAll, expect, it } from '@jest/globals';
import { findMariadbBackup, findMariadbClients, type Stack, startStack } from '@koosco/local-stack';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createConnection } from 'mariadb';
import { newPayment, writeCreation } from '../test/examples';
import { createDatabase } from './create-database';
import { migrate } from './migration/migrate';

// The command backs up servers of its own release, and the pinned one has none.
const hasServer = spawnSync('mariadbd', ['--version']).status === 0;
const PAYMENTS_SINCE = 200;

const dir = mkdtempSync(join(tmpdir(), 'payment-physical-'));
const stacks: Stack<'mariadb'>[] = [];

afterAll(async () => {
  for (const stack of stacks) await stack.stop();
  rmSync(dir, { recursive: true });
});

(hasServer ? it : it.skip)(
  'restores what mariadb-backup took while payments were created, and with the binary logs every row since',
  async () => {
    const tools = { ...(await findMariadbClients(() => undefined)), ...(await findMariadbBackup(() => undefined)) };
    const lost = await start('lost');
    const data = join(lost.dir, 'mariadb', 'data');
    await migrate(lost.mariadb);
    const logs = join(dir, 'binary-logs');
    mkdirSync(logs);
    const copying = copyLogs(lost, tools['mariadb-binlog'], logs);
    const database = createDatabase({ ...lost.mariadb, connectionLimit: 4 });
    const create = () => database.unitOfWork.run((tx) => writeCreation(tx, newPayment()));
    /** What docs/operations/backup.md has an operator type. */
    const shell = async (command: string, { mariadb }: Stack<'mariadb'>) => {
      const at = `--host=${mariadb.host} --port=${mariadb.port} --user=${mariadb.root!.user} --skip-ssl`;
      const line = command.replace(/(mariadb-backup --backup|\| mariadb)/, (client) => `${client} ${at}`);
      const PATH = [...Object.values(tools).map(dirname), process.env['PATH']].join(delimiter);
      const env = { ...process.env, PATH, MYSQL_PWD: mariadb.root!.password };
      await promisify(execFile)('bash', ['-o', 'pipefail', '-c', line], { cwd: dir, env, maxBuffer: 2 ** 26 });
    };

    const taking = { isDone: false };
    const backup = shell(`mariadb-backup --backup --target-dir=backup --datadir=${data}`, lost).finally(() => {
      taking.isDone = true;
    });
    // At least one is there before it can begin to copy.
    let created = 0;
    for (; !taking.isDone; created++) await create();
    await backup;
    for (let since = 0; since < PAYMENTS_SINCE; since++, created++) await create();
    await database.close();
    const before = await contentOf(lost);
    expect(await paymentsOf(lost)).toBe(created);

    while (!isCopied(data, logs)) await sleep(20);
    // The disk is gone; what was copied from it all the time is not.
    await Promise.all([lost.process('mariadb').kill(), lost.process('mariadb').stop()]);
    await copying;
    rmSync(data, { recursive: true });

    const other = join(dir, 'other', 'mariadb');
    await shell('mariadb-backup --prepare --target-dir=backup', lost);
    await shell(`mariadb-backup --copy-back --target-dir=backup --datadir=${join(other, 'data')}`, lost);
    // Accounts are in the backup, too.
    cpSync(join(lost.dir, 'mariadb', 'root-password'), join(other, 'root-password'));
    const restored = await start('other');
    const kept = await paymentsOf(restored);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(created - PAYMENTS_SINCE);

    const place = readdirSync(join(dir, 'backup')).find((name) =>
      /^(xtrabackup|mariadb_backup)_binlog_info$/.test(name),
    );
    const [first, position] = readFileSync(join(dir, 'backup', place!), 'utf8').split(/\s+/);
    const files = readdirSync(logs).filter((name) => name >= first!);
    await shell(
      `cd ${logs} && mariadb-binlog --database=commerce-payment --start-position=${position} ${files.sort().join(' ')} | mariadb --binary-mode`,
      restored,
    );
    expect(await contentOf(restored)).toEqual(before);
  },
  120_000,
);

/** Copies the binary logs of a server, each event when it is committed, until the server is gone. Its account may do nothing else. */
async function copyLogs(stack: Stack<'mariadb'>, program: string, into: string): Promise<void> {
  const { host, port, root } = stack.mariadb;
  await query(stack, `CREATE USER 'copier'@'%' IDENTIFIED BY '${root!.password}'`, root);
  await query(stack, "GRANT REPLICATION SLAVE ON *.* TO 'copier'@'%'", root);
  const at = [`--host=${host}`, `--port=${port}`, '--user=copier', '--skip-ssl'];
  const args = ['--read-from-remote-server', '--raw', '--stop-never', ...at, `--result-file=${into}/`, 'binlog.000001'];
  const copier = spawn(program, args, { env: { ...process.env, MYSQL_PWD: root!.password }, stdio: 'ignore' });
  await once(copier, 'exit');
}

/** By size alone: the server marks a file that it writes to as one in use. */
function isCopied(data: string, logs: string): boolean {
  const names = readdirSync(data).filter((name) => /^binlog\.\d+$/.test(name));
  const sizeIn = (folder: string, name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.size;
  return names.every((name) => sizeIn(logs, name) === sizeIn(data, name));
}

async function start(name: string): Promise<Stack<'mariadb'>> {
  const stack = await startStack({ parts: ['mariadb'], dir: join(dir, name), machineMariadb: true });
  stacks.push(stack);
  return stack;
}

/** A checksum over the rows of each table. */
async function contentOf(stack: Stack<'mariadb'>): Promise<unknown> {
  const tables = await query<{ name: string }>(
    stack,
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1',
  );
  return query(stack, `CHECKSUM TABLE ${tables.map(({ name }) => name).join(', ')}`);
}

async function paymentsOf(stack: Stack<'mariadb'>): Promise<number> {
  const [row] = await query<{ count: bigint }>(stack, 'SELECT COUNT(*) AS count FROM payment');
  return Number(row!.count);
}

async function query<Row>(
  { mariadb }: Stack<'mariadb'>,
  sql: string,
  account?: Stack<'mariadb'>['mariadb']['root'],
): Promise<Row[]> {
  const { user, password } = account ?? mariadb;
  const connection = await createConnection({ ...mariadb, user, password, allowPublicKeyRetrieval: true });
  try {
    return await connection.query<Row[]>(sql);
  } finally {
    await connection.end();
  }
}
