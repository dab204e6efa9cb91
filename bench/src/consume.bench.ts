import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startArguments, startStack } from '@koosco/local-stack';
import { CreatePaymentUseCase } from '@koosco/payment-application';
import { dltTopicOf, newOrderEvent, serializeOrderEvent, topics } from '@koosco/payment-contracts';
import { createDatabase, timeOrderedIds } from '@koosco/payment-db';
import { freshDatabase, type FreshDatabase } from '@koosco/payment-db/testing';
import { Money, OrderId, UserId } from '@koosco/payment-domain';
import { type Admin, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { type Connection, createConnection } from 'mariadb';
import { type BareOrder, insertBare } from './floors/bare-batches';
import { millionPayments } from './load/million-payments';
import { NodeProcess } from './load/node-process';

/**
 * Placed orders a second that order-consumer makes payments of, beside (a) the same rows by hand in batches of 500 on as
 * many connections, (b) kafkajs with an empty handler, and (c) the use case with one order a transaction. Fails when a
 * single order has not exactly one payment, idempotency key and event, or a record that is none is not parked once.
 */
const PARTITIONS = 6;
const BATCH = 500;
const TOPIC = topics['order.placed'];
const GROUP = 'payment-service-group';
const PAYMENTS_MANY = 1_000_000;

const isQuick = process.argv.includes('--quick');
const RECORDS = isQuick ? 60_000 : 100_000;
/** For each instance, before the clock starts: a process that has just started takes half as much again, and a worker runs for days. */
const WARM_UP = isQuick ? 20_000 : 30_000;
/** More than half a million orders, which is what a worker must not grow over. */
const RECORDS_OF_A_LIFE = 570_000;
const MEMORY_LOOK_EVERY = 100_000;

interface Figures {
  readonly perSecond: number;
  readonly cpuMsEach: number;
}

async function main(): Promise<void> {
  // The worker reads other events of orders in the same group, and is not ready while a topic of theirs is missing.
  const topicsWanted = Object.entries(topics)
    .filter(([type]) => type.startsWith('order.'))
    .flatMap(([, topic]) => [topic, dltTopicOf(topic)])
    .map((name) => ({ name, partitions: PARTITIONS }));
  const stack = await startStack({ parts: ['mariadb', 'kafka'], topics: topicsWanted });
  const closers: (() => Promise<unknown>)[] = [() => stack.stop()];
  try {
    const { host, port, root } = stack.mariadb;
    if (root === undefined) throw new Error('the benchmark wants a server of its own');
    const address = await freshDatabase({ host, port, ...root });
    // On the same server, in tables of their own, so that what the consumer made can be counted.
    const floors = await freshDatabase({ host, port, ...root });
    const observer = await createConnection(address);
    closers.push(() => observer.end());
    const kafka = new Kafka({ brokers: [stack.kafka.bootstrapServers], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    closers.push(() => producer.disconnect());
    const admin = kafka.admin();
    await admin.connect();
    closers.push(() => admin.disconnect());

    const orders = new PlacedOrders(producer);
    const surroundings = { address, observer, kafka: stack.env, orders, admin };
    const run = (instances: number, records = RECORDS) => consume(instances, records, surroundings);
    const ratio: Record<string, number> = {};
    let life: readonly number[] | undefined;

    await bareDriver(floors, WARM_UP, 3);
    const bare = await bareDriver(floors, RECORDS, 3);
    const own = await run(1);
    const empty = await emptyHandler(kafka, orders.sent);
    const single = await oneByOne(floors, isQuick ? 1_000 : 3_000);
    report({
      'order-consumer': own,
      'bare driver, 3 connections (a)': bare,
      'kafkajs, empty handler (b)': empty,
      'one order a transaction (c)': single,
    });
    ratio['bare_driver'] = own.perSecond / bare.perSecond;
    ratio['empty_handler'] = own.perSecond / empty.perSecond;
    ratio['one_by_one'] = own.perSecond / single.perSecond;
    if (!isQuick) {
      const two = await run(2);
      const three = await run(3);
      report({ 'two instances': two, 'three instances': three });
      ratio['cpu_two_instances'] = two.cpuMsEach / own.cpuMsEach;
      ratio['cpu_three_instances'] = three.cpuMsEach / own.cpuMsEach;
      await millionPayments(observer, PAYMENTS_MANY);
      const many = await run(1);
      report({ 'with 10^6 payments more': many });
      ratio['million_payments'] = many.perSecond / own.perSecond;
      const long = await run(1, RECORDS_OF_A_LIFE);
      report({ 'half a million orders in one life': long });
      life = long.growthMb;
    }
    const rounded = Object.fromEntries(Object.entries(ratio).map(([name, value]) => [name, Number(value.toFixed(3))]));
    const memoryMb = { ready: own.readyMb, after: own.afterMb, ...(life && { life }) };
    console.log(JSON.stringify({ bench: 'consume', ratio: rounded, readyMs: own.readyMs, memoryMb }));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** What order-service sends: of a hundred records ten repeat one before them, and one is no event. */
class PlacedOrders {
  sent = 0;
  valid = 0;
  invalid = 0;

  constructor(private readonly producer: Producer) {}

  async send(count: number): Promise<void> {
    for (let from = 0; from < count; from += 1_000) {
      const messages: { key: string; value: string }[] = [];
      for (let index = 0; index < 1_000; index += 1) messages.push(this.#record(index % 100, messages));
      await this.producer.send({ topic: TOPIC, messages });
      this.sent += messages.length;
    }
  }

  #record(place: number, before: readonly { key: string; value: string }[]): { key: string; value: string } {
    if (place === 50) {
      this.invalid += 1;
      return { key: String(this.invalid), value: '{"type":"order.placed"}' };
    }
    const repeated = place >= 90 ? before[before.length - 60] : undefined;
    if (repeated !== undefined) return repeated;
    this.valid += 1;
    const orderId = BigInt(this.valid);
    const data = { orderId, userId: 7n, payableAmount: 15_000n, items: [{ skuId: 1n, quantity: 1 }] };
    const event = newOrderEvent('order.placed', { id: randomUUID(), time: new Date(), data });
    return { key: String(orderId), value: serializeOrderEvent(event) };
  }
}

interface Surroundings {
  readonly address: FreshDatabase;
  readonly observer: Connection;
  readonly kafka: Readonly<Record<string, string>>;
  readonly orders: PlacedOrders;
  readonly admin: Admin;
}

interface Consumed extends Figures {
  readonly readyMs: number;
  readonly readyMb: number;
  readonly afterMb: number;
  /** Of the first instance, each time that so many orders more have a payment. */
  readonly growthMb: readonly number[];
}

/** From when so many are left as are to be measured, to the last payment. */
async function consume(
  instances: number,
  records: number,
  { address, observer, kafka, orders, admin }: Surroundings,
): Promise<Consumed> {
  // As many for each: what the engine spends on code that it has just met is shared by as many orders of one as of another.
  await orders.send((WARM_UP + records) * instances);
  const workers = await Promise.all(Array.from({ length: instances }, () => startConsumer(address, kafka)));
  try {
    const readyMb = Math.round(workers[0]?.residentMegabytes() ?? NaN);
    const ends = await admin.fetchTopicOffsets(TOPIC);
    const deadlineMs = performance.now() + 120_000 * Math.ceil((WARM_UP + records) / 200_000);
    const growthMb: number[] = [];
    // Not by counting payments: to scan them all takes as much of the database as thousands of orders do.
    const untilLeft = async (most: number): Promise<number> => {
      for (;;) {
        const left = await lagOf(admin, ends);
        if ((WARM_UP + records) * instances - left >= (growthMb.length + 1) * MEMORY_LOOK_EVERY)
          growthMb.push(Math.round(workers[0]?.residentMegabytes() ?? NaN));
        if (left <= most) return left;
        if (performance.now() > deadlineMs) throw new Error(`${left} records are not read in time`);
        // Not oftener: to ask costs worker, broker and this process what a few orders do.
        await sleep(100);
      }
    };
    const measured = await untilLeft(records * instances);
    const startedMs = performance.now();
    const cpuBefore = cpuOf(workers);
    await untilLeft(0);
    const seconds = (performance.now() - startedMs) / 1_000;
    // The same share of every hundred records is a payment.
    const made = measured * (orders.valid / orders.sent);
    const cpuMsEach = ((cpuOf(workers) - cpuBefore) * 1_000) / made;
    await mustAgree(observer, admin, orders);
    const afterMb = Math.round(workers[0]?.residentMegabytes() ?? NaN);
    const readyMs = Math.round(workers[0]?.readyMs ?? NaN);
    return { perSecond: made / seconds, cpuMsEach, readyMs, readyMb, afterMb, growthMb };
  } finally {
    for (const worker of workers) await worker.stop();
  }
}

async function startConsumer(address: FreshDatabase, kafka: Readonly<Record<string, string>>): Promise<NodeProcess> {
  const args = startArguments(dirname(require.resolve('@koosco/order-consumer/package.json')));
  const port = await freePort();
  return NodeProcess.startUntil(args, {
    port,
    path: '/actuator/health/readiness',
    env: {
      ...kafka,
      NODE_ENV: 'development',
      OPS_PORT: String(port),
      SPRING_KAFKA_CONSUMER_GROUP_ID: GROUP,
      DB_HOST: address.host,
      DB_PORT: String(address.port),
      DB_NAME: address.database,
      DB_USERNAME: address.user,
      DB_PASSWORD: address.password,
    },
  });
}

const cpuOf = (workers: readonly NodeProcess[]): number =>
  workers.reduce((sum, worker) => sum + (worker.cpuSeconds() ?? NaN), 0);

async function countPayments(observer: Connection): Promise<number> {
  const [row] = await observer.query<{ count: bigint }[]>(
    `SELECT COUNT(*) AS count FROM payment WHERE order_id < ${OTHER_DAYS_ORDER_IDS}`,
  );
  return Number(row?.count);
}

/** Those of the million have ids above it. */
const OTHER_DAYS_ORDER_IDS = 1_000_000_000;

type Ends = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

async function lagOf(admin: Admin, ends: Ends): Promise<number> {
  const [committed] = await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] });
  const offsets = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  return ends.reduce(
    (sum, { partition, offset }) => sum + Number(offset) - Math.max(0, offsets.get(partition) ?? 0),
    0,
  );
}

/** @throws unless every order has one payment, key and event, and every other record is parked once. */
async function mustAgree(observer: Connection, admin: Admin, orders: PlacedOrders): Promise<void> {
  const count = async (sql: string): Promise<number> => {
    const [row] = await observer.query<{ count: bigint }[]>(sql);
    return Number(row?.count);
  };
  const parked = await admin.fetchTopicOffsets(dltTopicOf(TOPIC));
  const counts = {
    payments: await countPayments(observer),
    keys: await count(`SELECT COUNT(*) AS count FROM payment_idempotency WHERE order_id < ${OTHER_DAYS_ORDER_IDS}`),
    promised: await count('SELECT COUNT(DISTINCT aggregate_id) AS count FROM payment_outbox'),
    events: await count('SELECT COUNT(*) AS count FROM payment_outbox'),
    parked: parked.reduce((sum, { offset }) => sum + Number(offset), 0),
  };
  const wanted = {
    payments: orders.valid,
    keys: orders.valid,
    promised: orders.valid,
    events: orders.valid,
    parked: orders.invalid,
  };
  const wrong = Object.entries(wanted).filter(([name, value]) => counts[name as keyof typeof counts] !== value);
  if (wrong.length > 0) throw new Error(`wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(counts)}`);
}

let lastFloorOrderId = 0;

async function bareDriver(address: FreshDatabase, count: number, connections: number): Promise<Figures> {
  const opened = await Promise.all(Array.from({ length: connections }, () => createConnection(address)));
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, () =>
    Array.from({ length: BATCH }, (): BareOrder => ({
      orderId: BigInt((lastFloorOrderId += 1)),
      userId: 7n,
      amount: 15_000n,
      eventId: randomUUID(),
    })),
  ).values();
  const lane = async (connection: Connection): Promise<void> => {
    for (const batch of batches) await insertBare(connection, batch);
  };
  const figures = await timed(count, () => Promise.all(opened.map(lane)));
  for (const connection of opened) await connection.end();
  return figures;
}

async function emptyHandler(kafka: Kafka, count: number): Promise<Figures> {
  const consumer = kafka.consumer({ groupId: `empty-${randomUUID()}`, maxBytesPerPartition: 1_048_576 });
  await consumer.connect();
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  let seen = 0;
  let startedMs = 0;
  let cpuBefore = process.cpuUsage();
  const all = new Promise<number>((resolve) => {
    void consumer.run({
      eachBatch: ({ batch }) => {
        if (seen === 0) [startedMs, cpuBefore] = [performance.now(), process.cpuUsage()];
        seen += batch.messages.length;
        if (seen >= count) resolve(performance.now() - startedMs);
        return Promise.resolve();
      },
    });
  });
  const durationMs = await all;
  const cpu = process.cpuUsage(cpuBefore);
  await consumer.disconnect();
  return { perSecond: (count / durationMs) * 1_000, cpuMsEach: (cpu.user + cpu.system) / 1_000 / count };
}

async function oneByOne(address: FreshDatabase, count: number): Promise<Figures> {
  const database = createDatabase({ ...address, connectionLimit: PARTITIONS });
  const create = new CreatePaymentUseCase(database.unitOfWork, { now: () => new Date() }, timeOrderedIds, 'bench');
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      lastFloorOrderId += 1;
      await create.execute([
        {
          orderId: OrderId.of(BigInt(lastFloorOrderId)),
          userId: UserId.of(7n),
          amount: Money.krw(15_000n),
          orderName: `주문 ${lastFloorOrderId}`,
          correlationId: String(lastFloorOrderId),
          causationId: randomUUID(),
        },
      ]);
    }
  };
  const figures = await timed(count, () => Promise.all(Array.from({ length: PARTITIONS }, lane)));
  await database.close();
  return figures;
}

async function timed(count: number, work: () => Promise<unknown>): Promise<Figures> {
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const seconds = (performance.now() - startedMs) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  return { perSecond: count / seconds, cpuMsEach: (cpu.user + cpu.system) / 1_000 / count };
}

function report(figures: Readonly<Record<string, Figures>>): void {
  for (const [name, { perSecond, cpuMsEach }] of Object.entries(figures)) {
    console.log(
      `  ${name.padEnd(32)} ${perSecond.toFixed(0).padStart(6)} orders/s, ${cpuMsEach.toFixed(3)} ms CPU each`,
    );
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
