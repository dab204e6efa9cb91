import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startArguments, startStack, type Stack } from '@koosco/local-stack';
import { paymentTopics, topics } from '@koosco/payment-contracts';
import { connectorConfiguration } from '@koosco/outbox-connector';
import { migrate, OUTBOX_CANARY_TOPIC } from '@koosco/payment-db';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { createPool, type Pool } from 'mariadb';
import { Arrivals, type Latency } from './load/arrivals';
import { NodeProcess } from './load/node-process';

/**
 * From the commit of an outbox row to whoever consumes its topic, and how fast a hundred thousand waiting rows become PUBLISHED: by
 * Debezium as the relay configures it, beside Debezium's defaults, and by a relay that publishes itself, beside reading the rows and
 * producing them bare. Fails when a row is not on its topic or not PUBLISHED in the end.
 */
const isQuick = process.argv.includes('--quick');
const RATES = isQuick ? [200] : [50, 200, 1_000];
const SECONDS = isQuick ? 4 : 15;
const WAITING = isQuick ? 20_000 : 100_000;
const PAYLOAD = JSON.stringify({ filler: 'x'.repeat(600) });
const TOPIC = topics['payment.completed'];
const CONNECTOR = 'payment-outbox';

type Mode = 'debezium' | 'polling';

async function main(): Promise<void> {
  const stack = await startStack({
    parts: ['mariadb', 'kafka', 'connect'],
    topics: [...paymentTopics.map((name) => ({ name, partitions: 3 })), { name: OUTBOX_CANARY_TOPIC, partitions: 1 }],
  });
  const closers: (() => Promise<unknown>)[] = [() => stack.stop()];
  try {
    await migrate(stack.mariadb);
    const { host, port, user, password, database } = stack.mariadb;
    const pool = createPool({ host, port, user, password, database, connectionLimit: 8 });
    closers.push(() => pool.end());
    const kafka = new Kafka({ brokers: [stack.kafka.bootstrapServers], logLevel: logLevel.NOTHING });
    const arrivals = await Arrivals.on(kafka, TOPIC);
    closers.push(() => arrivals.close());
    const bench = new Bench(stack, pool, arrivals);

    if (!isQuick) await bench.withDefaults(() => bench.latencies('Debezium with its defaults'));
    const own = await bench.withRelay('debezium', async (relay) => {
      const latencies = await bench.latencies('Debezium as configured here');
      return { latencies, perSecond: await bench.backlog('Debezium as configured here', relay) };
    });
    const polling = await bench.withRelay('polling', async (relay) => {
      const latencies = await bench.latencies('a relay that publishes');
      return { latencies, perSecond: await bench.backlog('a relay that publishes', relay) };
    });
    const reading = await readBare(pool);
    const producing = await produceBare(kafka);
    print('reading the rows bare', { 'rows/s': Math.round(reading) });
    print('producing them bare', { 'rows/s': Math.round(producing) });
    await bench.mustAgree();

    const ratio = {
      polling_to_slower_floor: Number((polling.perSecond / Math.min(reading, producing)).toFixed(3)),
      debezium_to_slower_floor: Number((own.perSecond / Math.min(reading, producing)).toFixed(3)),
    };
    const perSecond = { debezium: Math.round(own.perSecond), polling: Math.round(polling.perSecond) };
    const latencyMs = { debezium: own.latencies, polling: polling.latencies };
    console.log(JSON.stringify({ bench: 'relay', ratio, perSecond, latencyMs, memoryMb: bench.memoryMb }));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

class Bench {
  readonly memoryMb: Record<string, { readonly ready: number; readonly after: number }> = {};
  #inserted = 0;

  constructor(
    private readonly stack: Stack,
    private readonly pool: Pool,
    private readonly arrivals: Arrivals,
  ) {}

  async withRelay<T>(mode: Mode, measure: (relay: NodeProcess) => Promise<T>): Promise<T> {
    await this.pool.query('UPDATE payment_outbox_relay SET mode = NULL, publisher = NULL, canary_back_at = NULL');
    const port = await freePort();
    const args = startArguments(dirname(require.resolve('@koosco/outbox-relay/package.json')));
    const { KAFKA_CONNECT_URL: url, ...env } = this.stack.env;
    const relay = await NodeProcess.startUntil(args, {
      port,
      path: '/actuator/health/readiness',
      env: {
        ...{ NODE_ENV: 'development', RELAY_MODE: mode, OPS_PORT: String(port), LOG_LEVEL: 'error' },
        ...env,
        // Nobody is there: this measures no money.
        ...{ TOSS_BASE_URL: 'http://127.0.0.1:9', BOOKS_READ_EVERY: '1d', AUDIT_EVERY: '1d' },
        ...(mode === 'debezium' && url !== undefined && { KAFKA_CONNECT_URL: url }),
      },
    });
    const ready = Math.round(relay.residentMegabytes() ?? NaN);
    try {
      return await measure(relay);
    } finally {
      this.memoryMb[mode] = { ready, after: Math.round(relay.residentMegabytes() ?? NaN) };
      await relay.stop();
      await this.#deleteConnector();
    }
  }

  /** The same connector but for what is set here to be faster or safer. */
  async withDefaults<T>(measure: () => Promise<T>): Promise<T> {
    const { mariadb, connect } = this.stack;
    const configuration = Object.entries(
      connectorConfiguration({
        ...{ databaseHost: mariadb.host, databasePort: mariadb.port, databaseName: mariadb.database },
        ...{ databaseUser: mariadb.debezium.user, databasePassword: mariadb.debezium.password },
        bootstrapServers: connect.bootstrapServers,
      }),
    ).filter(([name]) => !/^(poll\.interval|producer\.override|connect\.keep|retriable|heartbeat)/.test(name));
    await fetch(`${connect.url}/connectors/${CONNECTOR}/config`, {
      ...{ method: 'PUT', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(Object.fromEntries(configuration)),
    });
    await this.#untilItReads();
    try {
      return await measure();
    } finally {
      await this.#deleteConnector();
      // Nobody has read them back.
      await this.pool.query(
        `UPDATE payment_outbox SET status = 'PUBLISHED', published_at = NOW() WHERE status = 'PENDING'`,
      );
    }
  }

  async latencies(who: string): Promise<Record<number, Latency>> {
    const all: Record<number, Latency> = {};
    for (const rate of RATES) {
      this.arrivals.forgetTimes();
      const startedMs = performance.now();
      const inserts: Promise<void>[] = [];
      for (let sent = 0; sent < rate * SECONDS;) {
        const due = Math.floor(((performance.now() - startedMs) / 1_000) * rate) + 1;
        for (; sent < Math.min(due, rate * SECONDS); sent += 1) inserts.push(this.#insert(1));
        await sleep(1);
      }
      await Promise.all(inserts);
      await this.#allArrived();
      const latency = this.arrivals.latency();
      all[rate] = latency;
      print(`${who}, ${rate} rows/s`, latency);
    }
    return all;
  }

  /** @returns rows a second, from the commit of all of them until the last one is PUBLISHED. */
  async backlog(who: string, relay: NodeProcess): Promise<number> {
    const cpuBefore = relay.cpuSeconds() ?? NaN;
    await this.#insert(WAITING);
    // Nobody consumes what the floors produce either.
    this.arrivals.pause();
    const startedMs = performance.now();
    while (await this.#hasPending()) await sleep(20);
    const seconds = (performance.now() - startedMs) / 1_000;
    this.arrivals.resume();
    await this.#allArrived();
    const cpuMs = (((relay.cpuSeconds() ?? NaN) - cpuBefore) * 1_000) / WAITING;
    print(`${who}, ${WAITING} rows waiting`, { 'rows/s': Math.round(WAITING / seconds), 'relay CPU ms each': cpuMs });
    return WAITING / seconds;
  }

  /** @throws when a row is not PUBLISHED, or is not on its topic. */
  async mustAgree(): Promise<void> {
    const rows = await this.pool.query<{ id: bigint; status: string }[]>(
      "SELECT id, status FROM payment_outbox WHERE aggregate_type = 'Payment'",
    );
    const missing = rows.filter(({ id, status }) => status !== 'PUBLISHED' || !this.arrivals.has(id));
    if (rows.length !== this.#inserted || missing.length > 0) {
      throw new Error(`${missing.length} of ${this.#inserted} rows (${rows.length} there) are not on their topic`);
    }
  }

  async #insert(count: number): Promise<void> {
    this.#inserted += count;
    if (count > 1) {
      await this.pool.query(
        `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status)
         SELECT CONCAT('p', seq), 'Payment', 'payment.completed', ?, ?, CONCAT('p', seq), 'PENDING' FROM seq_1_to_${count}`,
        [PAYLOAD, TOPIC],
      );
      return;
    }
    const [row] = await this.pool.query<{ id: bigint }[]>(
      `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status)
       VALUES (?, 'Payment', 'payment.completed', ?, ?, ?, 'PENDING') RETURNING id`,
      [`p${this.#inserted}`, PAYLOAD, TOPIC, `p${this.#inserted}`],
    );
    if (row !== undefined) this.arrivals.committed(row.id);
  }

  /** A connector follows the binary log from when it is up, and what came before does not come: those rows go again. */
  async #untilItReads(): Promise<void> {
    const before = this.arrivals.count;
    while (this.arrivals.count === before) {
      await this.#insert(1);
      await sleep(200);
    }
    const rows = await this.pool.query<{ id: bigint }[]>('SELECT id FROM payment_outbox ORDER BY id');
    const first = rows.findIndex(({ id }) => this.arrivals.has(id));
    for (const { id } of rows.slice(0, first)) await this.pool.query('DELETE FROM payment_outbox WHERE id = ?', [id]);
    this.#inserted -= first;
    await this.#allArrived();
  }

  /** Reads one row: counting them would keep the database from what is measured. */
  async #hasPending(): Promise<boolean> {
    const rows = await this.pool.query<unknown[]>(
      "SELECT id FROM payment_outbox WHERE status = 'PENDING' AND aggregate_type = 'Payment' LIMIT 1",
    );
    return rows.length > 0;
  }

  async #allArrived(): Promise<void> {
    const startedMs = performance.now();
    while (this.arrivals.count < this.#inserted) {
      await sleep(10);
      if (performance.now() - startedMs > 120_000)
        throw new Error(`${this.arrivals.count} of ${this.#inserted} arrived`);
    }
  }

  async #deleteConnector(): Promise<void> {
    const url = `${this.stack.connect.url}/connectors/${CONNECTOR}`;
    await fetch(`${url}/stop`, { method: 'PUT' });
    for (let tries = 0; tries < 50; tries += 1) {
      if ((await fetch(`${url}/offsets`, { method: 'DELETE' })).ok) break;
      await sleep(100);
    }
    await fetch(url, { method: 'DELETE' });
  }
}

/** All rows by primary key, a thousand at a time. @returns rows a second. */
async function readBare(pool: Pool): Promise<number> {
  const startedMs = performance.now();
  let after = 0n;
  let read = 0;
  while (read < WAITING) {
    const rows = await pool.query<{ id: bigint }[]>(
      'SELECT id, topic, partition_key, event_type, payload FROM payment_outbox WHERE id > ? ORDER BY id LIMIT 1000',
      [after],
    );
    const last = rows.at(-1);
    if (last === undefined) break;
    [after, read] = [last.id, read + rows.length];
  }
  return read / ((performance.now() - startedMs) / 1_000);
}

/** As many records of the same size on another topic, a thousand at a time. @returns records a second. */
async function produceBare(kafka: Kafka): Promise<number> {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  const messages = Array.from({ length: 1_000 }, (_, index) => ({
    key: `p${index}`,
    value: PAYLOAD,
    headers: { id: '1' },
  }));
  const startedMs = performance.now();
  for (let sent = 0; sent < WAITING; sent += messages.length) {
    await producer.send({ topic: topics['payment.failed'], acks: -1, messages });
  }
  const perSecond = WAITING / ((performance.now() - startedMs) / 1_000);
  await producer.disconnect();
  return perSecond;
}

function print(what: string, figures: object): void {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${Number(Number(value).toFixed(3))}`);
  console.log(`${what}: ${text.join(', ')}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
