import {
  ApprovalSettlement,
  ApprovePaymentUseCase,
  AttemptExecution,
  AttemptWatch,
  CreatePaymentUseCase,
  LeaseKeeper,
  type PaymentGateway,
} from '@koosco/payment-application';
import { paymentTopics } from '@koosco/payment-contracts';
import { freePort, type Stack, startStack } from '@koosco/local-stack';
import { createDatabase, type Database, migrate, OUTBOX_CANARY_TOPIC, timeOrderedIds } from '@koosco/payment-db';
import { Money, OrderId, PgOrderId, UserId } from '@koosco/payment-domain';
import { systemClock } from '@koosco/payment-worker';
import { tossClientConfig } from '@koosco/toss-client/client';
import { tossDefaults, tossGateways, tossSettingsOf } from '@koosco/toss-client/gateway';
import { documentedMerchant, startTossSandbox, type TossSandbox } from '@koosco/toss-sandbox';
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { type EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection, createPool } from 'mariadb';
import { dump, restore } from './dump';
import { RelayProcess } from './relay-process';
import { until } from './until';

export type Published = KafkaMessage & { readonly topic: string };

export interface OutboxRow {
  readonly topic: string;
  readonly key: string;
  readonly payload: string;
}

/** A payment whose confirm was abandoned, as a killed confirm-api leaves it. */
export interface Abandoned {
  readonly orderId: bigint;
  readonly pgOrderId: string;
}

/** So that a test need not wait for the lease of a worker that it kills. */
const SHORT_LEASE_MS = 500;

type Part = 'mariadb' | 'kafka' | 'connect';

/** A worker that is killed: its confirm never comes back. */
class Killed extends Error {}

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
    if (!this.#sql!.isValid()) this.#sql = await this.#connect();
    return this.#sql!.query<Row[]>(statement, values);
  }

  /** Within the transaction that `query` has begun, or committed at once. @returns its id. */
  async insert({ topic, key, payload }: OutboxRow): Promise<bigint> {
    const [row] = await this.query<{ id: bigint }>(
      `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status)
       VALUES (?, 'Payment', 'test', ?, ?, ?, 'PENDING') RETURNING id`,
      [key, payload, topic, key],
    );
    return row!.id;
  }

  /** As many rows, each committed at once, beside the transaction that `query` has begun. @returns their ids. */
  async insertElsewhere({ topic, key, payload }: OutboxRow, count: number): Promise<readonly bigint[]> {
    const { host, port, user, password, database } = this.#stack!.mariadb;
    const connection = await createConnection({ host, port, user, password, database });
    const ids: bigint[] = [];
    for (let index = 0; index < count; index++) {
      const [row] = await connection.query<{ id: bigint }[]>(
        `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status)
         VALUES (?, 'Payment', 'test', ?, ?, ?, 'PENDING') RETURNING id`,
        [key, payload, topic, key],
      );
      ids.push(row!.id);
    }
    await connection.end();
    return ids;
  }

  /**
   * Payments with a row on each topic, one after the other, each committed at once, until told; what the database does not answer for
   * is tried again, so that a row may be there twice, as a payment of its own.
   */
  async insertUntil(
    isOver: () => boolean,
    { perSecond, topics }: { readonly perSecond: number; readonly topics: readonly string[] },
  ): Promise<void> {
    const { host, port, user, password, database } = this.#stack!.mariadb;
    const pool = createPool({ host, port, user, password, database, connectionLimit: 8, acquireTimeout: 2_000 });
    (pool as unknown as EventEmitter).on('error', () => undefined);
    const underWay = new Set<Promise<void>>();
    const insertPayment = async (name: string): Promise<void> => {
      for (let tries = 0; ; tries += 1) {
        const key = `${name}/${tries}`;
        try {
          for (const topic of topics) {
            await pool.query(
              `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status)
               VALUES (?, 'Payment', 'test', '{}', ?, ?, 'PENDING')`,
              [key, topic, key],
            );
          }
          return;
        } catch {
          await sleep(200);
        }
      }
    };
    const startedAt = Date.now();
    let payments = 0;
    while (!isOver()) {
      await sleep(5);
      const due = ((Date.now() - startedAt) / 1_000) * perSecond;
      // An outage is not made up for.
      for (; payments < due; payments += 1) {
        if (underWay.size >= 8) continue;
        const one = insertPayment(`p${payments}`).finally(() => {
          underWay.delete(one);
        });
        underWay.add(one);
      }
    }
    await Promise.all(underWay);
    await pool.end();
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
  async abandonConfirm(when: 'before the call' | 'after the call'): Promise<Abandoned> {
    const database = this.#database!;
    const orderId = OrderId.of((this.#lastOrderId += 1n));
    const [userId, amount, correlationId] = [UserId.of(1n), Money.krw(15_000n), `order-${orderId}`];
    const order = { orderId, userId, amount, orderName: '티셔츠', correlationId };
    const create = new CreatePaymentUseCase(database.unitOfWork, systemClock, timeOrderedIds, 'order-consumer');
    await create.execute([{ ...order, causationId: `placed-${orderId}` }]);
    const pgOrderId = PgOrderId.of(orderId);
    const { paymentKey } = await this.sandbox.control.authenticate({
      clientKey: documentedMerchant.keys[0]!.clientKey,
      orderId: pgOrderId,
      orderName: order.orderName,
      amount: 15_000,
    });
    const settings = tossSettingsOf({ ...tossDefaults, NODE_ENV: 'development', TOSS_BASE_URL: this.sandbox.url });
    const { payments: toss } = tossGateways(tossClientConfig(settings), systemClock);
    const dying: PaymentGateway = {
      firstSend: (now) => toss.firstSend(now),
      approve: async (request, permit) => {
        if (when === 'after the call') await toss.approve(request, permit);
        throw new Killed();
      },
      lookUp: () => Promise.reject(new Killed()),
      callOff: () => Promise.reject(new Killed()),
    };
    const { unitOfWork, reader, leases } = database;
    const settlement = new ApprovalSettlement(timeOrderedIds, 'outbox-relay');
    const execution = new AttemptExecution(
      unitOfWork,
      dying,
      settlement,
      new LeaseKeeper(leases, systemClock, SHORT_LEASE_MS),
    );
    const confirm = new ApprovePaymentUseCase(
      unitOfWork,
      dying,
      execution,
      new AttemptWatch(reader, systemClock),
      systemClock,
      timeOrderedIds,
      { waitForOtherMs: 0 },
    );
    const requester = { kind: 'buyer', userId } as const;
    await confirm.execute({ ...order, requester, paymentKey }).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    return { orderId, pgOrderId };
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
