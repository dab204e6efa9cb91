import { paymentTopics } from '@koosco/payment-contracts';
import { freePort, type Stack, startStack } from '@koosco/local-stack';
import { createDatabase, type Database, migrate, OUTBOX_CANARY_TOPIC } from '@koosco/payment-db';
import { OrderId } from '@koosco/payment-domain';
import { startTossSandbox, type TossSandbox } from '@koosco/toss-sandbox';
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mariadb';
import { type Abandoned, abandonConfirm } from './abandoned-confirm';
import { dump, restore } from './dump';
import { insertRow, insertUntil, type OutboxRow } from './outbox-rows';
import { RelayProcess } from './relay-process';
import { until } from './until';

export type Published = KafkaMessage & { readonly topic: string };

type Part = 'mariadb' | 'kafka' | 'connect';

/** MariaDB, Kafka, Connect and Toss, not all there from the beginning, and what a test wants to do to them. */
export class RelayWorld {
  /** Every record on the payment topics, in the order in which it was read. */
  readonly records: Published[] = [];
  readonly #closers: (() => Promise<unknown>)[] = [];
  #stack: Stack | undefined;
  #sql: Connection | undefined;
  #database: Database | undefined;
  #lastOrderId = 0n;

  private constructor(
    private readonly parts: readonly Part[],
    private readonly ports: { mariadb: number; kafka: number; connect: number },
    readonly sandbox: TossSandbox,
  ) {}

  /** Only Toss is there yet, and the ports that the servers will have. */
  static async prepare(parts: readonly Part[] = ['mariadb', 'kafka', 'connect']): Promise<RelayWorld> {
    const taken = new Set<number>();
    const port = async () => {
      const free = await freePort(taken);
      taken.add(free);
      return free;
    };
    const ports = { mariadb: await port(), kafka: await port(), connect: await port() };
    const world = new RelayWorld(parts, ports, await startTossSandbox());
    world.#closers.push(() => world.sandbox.close());
    return world;
  }

  /** The environment of this world, whether that is there yet or not. */
  get env(): Readonly<Record<string, string>> {
    return {
      DB_PORT: String(this.ports.mariadb),
      DB_HOST: '127.0.0.1',
      SPRING_KAFKA_BOOTSTRAP_SERVERS: this.bootstrapServers,
      ...(this.has('connect') && { KAFKA_CONNECT_URL: this.connectUrl }),
      TOSS_BASE_URL: this.sandbox.url,
    };
  }

  relay(env: Readonly<Record<string, string>> = {}): RelayProcess {
    const relay = new RelayProcess({ ...this.env, CONNECTOR_STANDSTILL_MS: '6000', ...env });
    this.#closers.push(() => relay.end());
    return relay;
  }

  /** Starts the servers with empty topics and our tables. */
  async startServers(): Promise<void> {
    const stack = await startStack({
      parts: this.parts,
      ports: this.ports,
      topics: [...paymentTopics.map((name) => ({ name, partitions: 2 })), { name: OUTBOX_CANARY_TOPIC, partitions: 1 }],
    });
    this.#stack = stack;
    this.#closers.push(() => stack.stop());
    const { host, port, user, password, database } = stack.mariadb;
    await migrate(stack.mariadb);
    this.#sql = await this.#connect();
    this.#closers.push(() => this.#sql!.end());
    const ours = createDatabase({ host, port, user, password, database, connectionLimit: 2 });
    this.#database = ours;
    this.#closers.push(() => ours.close());

    const kafka = new Kafka({ brokers: [stack.kafka.bootstrapServers], logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: 'test', maxWaitTimeInMs: 100 });
    this.#closers.push(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topics: [...paymentTopics], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ topic, message }) => Promise.resolve(void this.records.push({ ...message, topic })),
    });
  }

  /** As whoever may do anything. */
  async #connect(): Promise<Connection> {
    const { host, port, user, password, database, root } = this.#stack!.mariadb;
    const sql = await createConnection({ host, port, database, dateStrings: true, ...(root ?? { user, password }) });
    // Its server may be killed.
    sql.on('error', () => undefined);
    return sql;
  }

  async stop(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  private has(part: Part): boolean {
    return this.parts.includes(part);
  }

  process(part: Part) {
    return this.#stack!.process(part);
  }

  get bootstrapServers(): string {
    return `127.0.0.1:${this.ports.kafka}`;
  }

  get connectUrl(): string {
    return `http://127.0.0.1:${this.ports.connect}`;
  }

  /** What an operator may do to the connector behind the relay's back. */
  async connectApi(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.connectUrl}/connectors/payment-outbox${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    const text = await response.text();
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  }

  /** Whatever the connector has not read yet is in no binary log any more. */
  async purgeBinaryLogs(): Promise<void> {
    // By default none goes while no replica is connected.
    await this.query('SET GLOBAL slave_connections_needed_for_purge = 0');
    await until(async () => {
      await this.query('FLUSH BINARY LOGS');
      const logs = await this.query<{ Log_name: string }>('SHOW BINARY LOGS');
      await this.query(`PURGE BINARY LOGS TO '${logs.at(-1)!.Log_name}'`);
      return (await this.query('SHOW BINARY LOGS')).length === 1;
    });
  }

  /** As an accident would. */
  async deleteTopic(topic: string): Promise<void> {
    const admin = new Kafka({ brokers: [this.bootstrapServers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
  }

  /** Created again, with nothing in it. */
  async recreateTopic(topic: string): Promise<void> {
    await this.deleteTopic(topic);
    const admin = new Kafka({ brokers: [this.bootstrapServers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    // The old one may be on its way out still.
    await until(() => admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true }));
    await admin.disconnect();
  }

  /**
   * Another server in the place of this one, with what a dump of this one by SQL has: its binary logs and its GTIDs begin again,
   * and it has another server id. Nobody may be writing.
   */
  async restoreElsewhere(): Promise<void> {
    const dumped = await dump(this.#sql!);
    const { dir, mariadb } = this.#stack!;
    await this.#sql!.end();
    await this.process('mariadb').stop();
    const other = mkdtempSync(join(tmpdir(), 'payment-other-server-'));
    const stack = await startStack({ parts: ['mariadb'], dir: other });
    const { host, port, root } = stack.mariadb;
    const admin = await createConnection({ host, port, ...root! });
    await admin.query("ALTER USER 'root'@'%' IDENTIFIED BY ?", [mariadb.root!.password]);
    await admin.end();
    await stack.stop();
    rmSync(join(dir, 'mariadb', 'data'), { recursive: true });
    renameSync(join(other, 'mariadb', 'data'), join(dir, 'mariadb', 'data'));
    rmSync(other, { recursive: true });
    await this.process('mariadb').start();
    this.#sql = await this.#connect();
    await this.query('SET GLOBAL server_id = 4711');
    await this.query('SET SESSION server_id = 4711');
    await restore(this.#sql, dumped);
  }

  async query<Row = Record<string, unknown>>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#connected()).query<Row[]>(statement, values);
  }

  /** Within the transaction that `query` has begun, or committed at once. @returns its id. */
  async insert(row: OutboxRow): Promise<bigint> {
    return insertRow(await this.#connected(), row);
  }

  async #connected(): Promise<Connection> {
    if (!this.#sql!.isValid()) this.#sql = await this.#connect();
    return this.#sql!;
  }

  /** As many rows, each committed at once, beside the transaction that `query` has begun. @returns their ids. */
  async insertElsewhere(row: OutboxRow, count: number): Promise<readonly bigint[]> {
    const connection = await createConnection(this.#address);
    const ids: bigint[] = [];
    for (let index = 0; index < count; index++) ids.push(await insertRow(connection, row));
    await connection.end();
    return ids;
  }

  /** See {@link insertUntil}. */
  insertUntil(isOver: () => boolean, load: Parameters<typeof insertUntil>[2]): Promise<void> {
    return insertUntil(this.#address, isOver, load);
  }

  get #address() {
    const { host, port, user, password, database } = this.#stack!.mariadb;
    return { host, port, user, password, database };
  }

  async pendingCount(): Promise<number> {
    const [row] = await this.query<{ count: bigint }>(
      "SELECT COUNT(*) AS count FROM payment_outbox WHERE status = 'PENDING' AND aggregate_type = 'Payment'",
    );
    return Number(row!.count);
  }

  async status(id: bigint): Promise<string | undefined> {
    const [row] = await this.query<{ status: string }>('SELECT status FROM payment_outbox WHERE id = ?', [id]);
    return row?.status;
  }

  async published(id: bigint): Promise<void> {
    await until(async () => (await this.status(id)) === 'PUBLISHED');
  }

  /** A row of any content, committed. @returns its id. */
  insertAny(): Promise<bigint> {
    return this.insert({ topic: paymentTopics[0]!, key: 'any', payload: '{}' });
  }

  recordsOf(id: bigint): readonly Published[] {
    return this.records.filter(({ headers }) => headers?.['id']?.toString() === id.toString());
  }

  /** A buyer authenticates and confirms, and the worker is killed just before or just after it called Toss. */
  abandonConfirm(when: 'before the call' | 'after the call'): Promise<Abandoned> {
    const orderId = OrderId.of((this.#lastOrderId += 1n));
    return abandonConfirm({ database: this.#database!, sandbox: this.sandbox, orderId, when });
  }

  /** As when so much time has passed that the worker which abandoned it has lost it. */
  async endLease({ orderId }: Abandoned): Promise<void> {
    await this.query('UPDATE payment_attempt SET leased_until = NOW(3), due_at = NOW(3) WHERE order_id = ?', [orderId]);
  }

  async paymentStatus({ orderId }: Abandoned): Promise<string | undefined> {
    const [row] = await this.query<{ status: string }>('SELECT status FROM payment WHERE order_id = ?', [orderId]);
    return row?.status;
  }

  /** Types of the events about an order that are on the topics. */
  eventsOf({ orderId }: Abandoned): readonly string[] {
    return this.records
      .filter(({ value }) => String(value).startsWith('{"'))
      .map(({ value }) => JSON.parse(String(value)) as { type?: string; data?: { orderId?: number } })
      .filter(({ data }) => data?.orderId === Number(orderId))
      .map(({ type }) => String(type));
  }

  chargesOf({ pgOrderId }: Abandoned) {
    return this.sandbox.ledger().filter((row) => row.orderId === pgOrderId);
  }
}
