import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { createConnection, type Connection } from 'mariadb';
import { type Account, type MariadbAccess } from './servers/mariadb-part';
import { identify, isAlive, type ProcessIdentity } from './processes/process-identity';
import { type Part, type Stack } from './stack';
import { startStack } from './start-stack';
import { StartFailure } from './start-failure';
import { until } from '../test/until';

const TOPIC = { name: 'koosco.commerce.payment.created', partitions: 3 };

const folders: string[] = [];
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'local-stack-test-'));
  folders.push(path);
  return path;
}

afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

describe('startStack', () => {
  describe('with every part', () => {
    let stack: Stack;

    beforeAll(async () => {
      stack = await startStack({ parts: ['mariadb', 'kafka', 'connect'], topics: [TOPIC] });
    });
    afterAll(() => stack.stop());

    it('has a database that the development account may write to and the connector may follow', async () => {
      await withConnection(stack.mariadb, async (connection) => {
        await connection.query('CREATE TABLE t (name VARCHAR(20) PRIMARY KEY)');
        await connection.query("INSERT INTO t VALUES ('결제')");
        expect(await connection.query('SELECT name FROM t')).toEqual([{ name: '결제' }]);
      });
      await withConnection({ ...stack.mariadb, ...stack.mariadb.debezium }, async (connection) => {
        const [binlog] = await connection.query('SHOW MASTER STATUS');
        expect(binlog.File).toBe('binlog.000001');
        expect(await connection.query('SELECT @@sync_binlog AS sync, @@binlog_format AS format')).toEqual([
          { sync: 1n, format: 'ROW' },
        ]);
      });
    });

    it('lets root in with its password alone', async () => {
      const { mariadb } = stack;
      await expect(withConnection({ ...mariadb, user: 'root', password: '' }, () => Promise.resolve())).rejects.toThrow(
        /Access denied/,
      );
      await withConnection({ ...mariadb, ...mariadb.root! }, (connection) => connection.query('CREATE DATABASE other'));
    });

    it('has a broker with the topics asked for, which creates no others by itself', async () => {
      const kafka = kafkaOf(stack);
      const admin = kafka.admin();
      await admin.connect();
      const { topics } = await admin.fetchTopicMetadata({ topics: [TOPIC.name] });
      expect(topics[0]?.partitions).toHaveLength(TOPIC.partitions);
      await admin.disconnect();

      const producer = kafka.producer({ allowAutoTopicCreation: true });
      await producer.connect();
      await expect(producer.send({ topic: 'misspelt', messages: [{ value: 'x' }] })).rejects.toThrow();
      await producer.send({ topic: TOPIC.name, messages: [{ key: '1', value: 'created' }] });
      await producer.disconnect();
      expect(await firstValue(kafka, TOPIC.name)).toBe('created');
    });

    it('has a Connect that offers the MariaDB connector and the outbox router', async () => {
      const response = await fetch(`${stack.connect.url}/connector-plugins?connectorsOnly=false`);
      const plugins = (await response.json()) as { class: string }[];
      expect(plugins.map((plugin) => plugin.class)).toEqual(
        expect.arrayContaining([
          'io.debezium.connector.mariadb.MariaDbConnector',
          'io.debezium.transforms.outbox.EventRouter',
        ]),
      );
    });

    it('names its addresses as the specification does', () => {
      expect(stack.env).toEqual({
        DB_HOST: '127.0.0.1',
        DB_PORT: String(stack.mariadb.port),
        DB_NAME: 'commerce-payment',
        DB_USERNAME: 'admin',
        DB_PASSWORD: 'admin1234',
        SPRING_KAFKA_BOOTSTRAP_SERVERS: stack.kafka.bootstrapServers,
        KAFKA_CONNECT_URL: stack.connect.url,
      });
    });

    it('starts a killed broker again on its port, with what was written', async () => {
      await stack.process('kafka').kill();
      expect(stack.process('kafka').pid).toBeUndefined();
      await stack.process('kafka').start();
      expect(await firstValue(kafkaOf(stack), TOPIC.name)).toBe('created');
    });
  });

  describe('twice, side by side', () => {
    it('makes two worlds, and stopping one leaves the other alone', async () => {
      const [one, other] = await Promise.all([startStack({ parts: ['mariadb'] }), startStack({ parts: ['mariadb'] })]);
      const left = identities(one);
      await withConnection(one.mariadb, (connection) => connection.query('CREATE TABLE only_in_one (id INT)'));
      await one.stop();

      expect(left.filter(isAlive)).toEqual([]);
      expect(existsSync(one.dir)).toBe(false);
      await withConnection(other.mariadb, async (connection) => {
        expect(await connection.query('SHOW TABLES')).toEqual([]);
      });
      await other.stop();
    });
  });

  describe('with a folder of its own', () => {
    it('keeps data and ports for the next start, and is refused to a second program', async () => {
      const dir = folder();
      const first = await startStack({ parts: ['mariadb'], dir });
      await withConnection(first.mariadb, (connection) => connection.query('CREATE TABLE kept (id INT)'));
      await expect(startStack({ parts: ['mariadb'], dir })).rejects.toThrow(`in use by process ${process.pid}`);
      await first.stop();

      const second = await startStack({ parts: ['mariadb'], dir });
      expect(second.mariadb.port).toBe(first.mariadb.port);
      await withConnection(second.mariadb, async (connection) => {
        expect(await connection.query("SHOW TABLES LIKE 'kept'")).toHaveLength(1);
      });
      await second.stop();
    });
  });

  describe('with restart', () => {
    it('brings a killed server back by itself, with what was committed', async () => {
      const lines: string[] = [];
      const stack = await startStack({ parts: ['mariadb'], restart: true, onProgress: (line) => lines.push(line) });
      await withConnection(stack.mariadb, (connection) => connection.query('CREATE TABLE committed (id INT)'));
      await stack.process('mariadb').kill();
      await until(() => Promise.resolve(lines.includes('mariadb is back')));
      expect(lines).toContain('mariadb ended (SIGKILL); starting it again');
      await withConnection(stack.mariadb, async (connection) => {
        expect(await connection.query('SHOW TABLES')).toHaveLength(1);
      });
      await stack.stop();
    });
  });

  describe('when it cannot', () => {
    it('names the port that is taken and who wants it, before it starts anything', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      await expect(startStack({ parts: ['kafka'], ports: { kafka: port } })).rejects.toThrow(
        new RegExp(`Port ${port} .*kafka.* is taken`),
      );
      server.close();
    });

    it('shows the end of the right log without its secrets, and leaves nothing running', async () => {
      const dir = folder();
      const healthy = await startStack({ parts: ['mariadb'], dir });
      const root = healthy.mariadb.root!.password;
      await healthy.stop();
      truncateSync(join(dir, 'mariadb', 'data', 'ibdata1'), 4096);

      const failure = await startStack({ parts: ['mariadb', 'kafka'], dir }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StartFailure);
      const { message } = failure as StartFailure;
      expect(message).toMatch(/^mariadb did not start: it ended \(exit code 1\)/);
      expect(message).toContain("Plugin 'InnoDB' registration as a STORAGE ENGINE failed");
      expect(message).not.toContain(root);
      expect(await processesWith(dir)).toEqual([]);
    });

    it('refuses a Java that is too old by its number', async () => {
      const home = folder();
      cpSync(join(__dirname, '..', 'test', 'java-11'), home, { recursive: true });
      const run = promisify(execFile)(
        process.execPath,
        [join(__dirname, '..', 'dist', 'toolchain', 'prepare-main.js')],
        {
          env: { ...process.env, JAVA_HOME: home },
        },
      );
      await expect(run).rejects.toThrow(/is Java 11, and Kafka needs Java 17 or later/);
    });
  });

  describe('when the program that started it is killed', () => {
    let orphans: ProcessIdentity[] = [];
    afterEach(() => {
      for (const { pid } of orphans.filter(isAlive)) process.kill(pid, 'SIGKILL');
    });

    it.each(['SIGKILL', 'SIGINT'] as const)('leaves no process and no folder after %s', async (signal) => {
      const script = `
        const { startStack } = require(${JSON.stringify(join(__dirname, '..', 'dist', 'index.js'))});
        startStack({ parts: ['mariadb', 'kafka'] }).then(({ dir, processes }) =>
          console.log(JSON.stringify({ dir, pids: processes.map(({ pid }) => pid) })));`;
      const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
      const { dir, pids } = JSON.parse(line) as { dir: string; pids: number[] };
      orphans = pids.map((pid) => identify(pid)!);
      expect(orphans.every(isAlive)).toBe(true);

      parent.kill(signal);
      await until(() => Promise.resolve(!existsSync(dir)));
      expect(orphans.filter(isAlive)).toEqual([]);
    });
  });
});

describe('a stack without a part', () => {
  it('says so when the part is read', async () => {
    const stack: Stack = await startStack({ parts: ['mariadb'] as Part[] });
    expect(() => stack.kafka).toThrow("'kafka' was not started: this stack has mariadb");
    await stack.stop();
  });
});

async function withConnection<T>(
  { host, port, database, user, password }: Pick<MariadbAccess, 'host' | 'port' | 'database'> & Account,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({ host, port, database, user, password });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

function kafkaOf(stack: Stack): Kafka {
  return new Kafka({ brokers: [stack.kafka.bootstrapServers], logLevel: logLevel.NOTHING, retry: { retries: 3 } });
}

async function firstValue(kafka: Kafka, topic: string): Promise<string | undefined> {
  const consumer = kafka.consumer({ groupId: `reader-${Date.now()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const value = await new Promise<string | undefined>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ message }) => {
          resolve(message.value?.toString());
          return Promise.resolve();
        },
      })
      .catch((error: unknown) => reject(error as Error));
  });
  await consumer.disconnect();
  return value;
}

function identities(stack: Pick<Stack, 'processes'>): ProcessIdentity[] {
  return stack.processes.map(({ pid }) => identify(pid!)!);
}

/** Processes of this machine whose command line mentions the text. */
async function processesWith(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args='], { maxBuffer: 10_000_000 });
  return stdout.split('\n').filter((line) => line.includes(text));
}
