import { dltTopicOf, topics } from '@koosco/payment-contracts';
import { startStack, type Stack } from '@koosco/local-stack';
import { migrate } from '@koosco/payment-db';
import { type EnclosedRecord, openEnvelope } from '@koosco/payment-kafka';
import { type WrittenRecord } from '@koosco/payment-kafka/testing';
import { type Admin, ConfigResourceTypes, type IHeaders, Kafka, KafkaJSError, logLevel, type Producer } from 'kafkajs';
import { createConnection } from 'mariadb';
import { randomUUID } from 'node:crypto';
import { until } from './until';
import { WorkerProcess } from './worker-process';

export const orderTopic = topics['order.placed'];
export const refundTopic = topics['order.refund.requested'];
export const cancelTopic = topics['order.cancelled'];
export const deadLetterTopic = dltTopicOf(orderTopic);
const groupId = 'payment-service-group';

export interface StoredPayment {
  readonly orderId: bigint;
  readonly status: string;
  readonly amount: bigint;
  readonly keys: number;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

interface Sent {
  readonly value: string | Buffer | null;
  readonly key?: string | Buffer | null;
  readonly headers?: IHeaders;
  readonly partition?: number;
  /** Milliseconds since 1970. */
  readonly timestamp?: string;
}

/** MariaDB with our tables, Kafka with our topics, and what a test wants to do to them. */
export class OrderStack {
  private readonly workers: WorkerProcess[] = [];
  private transactional: Producer | undefined;

  private constructor(
    private readonly stack: Stack<'mariadb' | 'kafka'>,
    private readonly admin: Admin,
    private readonly producer: Producer,
    private readonly kafka: Kafka,
  ) {}

  /** The topic of orders has two partitions. */
  static async start(): Promise<OrderStack> {
    const stack = await startStack({
      parts: ['mariadb', 'kafka'],
      topics: [
        { name: orderTopic, partitions: 2 },
        { name: refundTopic, partitions: 1 },
        { name: cancelTopic, partitions: 1 },
        ...[orderTopic, refundTopic, cancelTopic].map((name) => ({ name: dltTopicOf(name), partitions: 1 })),
      ],
    });
    await migrate(stack.mariadb);
    const kafka = new Kafka({ brokers: [stack.kafka.bootstrapServers], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    const producer = kafka.producer();
    await Promise.all([admin.connect(), producer.connect()]);
    return new OrderStack(stack, admin, producer, kafka);
  }

  process(part: 'mariadb' | 'kafka') {
    return this.stack.process(part);
  }

  worker(env: Readonly<Record<string, string>> = {}): WorkerProcess {
    const worker = WorkerProcess.start({ ...this.stack.env, ...env });
    this.workers.push(worker);
    return worker;
  }

  /** @returns the offset of the first of them. All go to partition 0 unless they say otherwise. */
  async send(records: readonly Sent[], topic: string = orderTopic): Promise<bigint> {
    const messages = records.map((record) => ({ key: null, partition: 0, ...record }));
    const [result] = await this.producer.send({ topic, messages });
    return BigInt(result?.baseOffset ?? -1);
  }

  /** In a transaction of its own, with one timestamp for all. @returns the records as they are stored, and where. */
  async sendInTransaction<Record extends WrittenRecord>(
    records: readonly Record[],
    { partition, isCommitted }: { partition: number; isCommitted: boolean },
  ): Promise<{ baseOffset: bigint; stamped: readonly Record[] }> {
    if (this.transactional === undefined) {
      const transactionalId = randomUUID();
      this.transactional = this.kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
      await this.transactional.connect();
    }
    const stamped = records.map((record) => ({ ...record, timestamp: 1_753_000_000_000n }));
    const messages = stamped.map(({ key, value, headers = [], timestamp }) => ({
      ...{ key, value, partition, timestamp: String(timestamp) },
      // The patched encoder takes a list, too.
      headers: headers.map(({ name, value: of }) => ({ key: name, value: of })) as unknown as IHeaders,
    }));
    const transaction = await this.transactional.transaction();
    const [result] = await transaction.send({ topic: orderTopic, messages });
    await (isCommitted ? transaction.commit() : transaction.abort());
    return { baseOffset: BigInt(result?.baseOffset ?? -1), stamped };
  }

  async configureOrderTopic(settings: Readonly<Record<string, string>>): Promise<void> {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    const resources = [{ type: ConfigResourceTypes.TOPIC, name: orderTopic, configEntries }];
    await this.admin.alterConfigs({ validateOnly: false, resources });
  }

  get bootstrapServers(): string {
    return this.stack.kafka.bootstrapServers;
  }

  /** Committed offset of a partition of the topic of orders; -1 when there is none. */
  async committed(partition = 0, topic: string = orderTopic): Promise<bigint> {
    const [offsets] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    return BigInt(offsets?.partitions.find((entry) => entry.partition === partition)?.offset ?? '-1');
  }

  /** Every record of the topic is committed, in all partitions. */
  async drained(topic: string = orderTopic): Promise<void> {
    const isDrained = async (): Promise<boolean> => {
      const ends = await this.admin.fetchTopicOffsets(topic);
      const committed = await Promise.all(ends.map(({ partition }) => this.committed(partition, topic)));
      return ends.every(({ high }, index) => high === '0' || BigInt(high) === committed[index]);
    };
    await until(() =>
      isDrained().catch((error: unknown) => {
        // A broker that has only just come back does not know its groups yet, and kafkajs does not ask again.
        if (error instanceof KafkaJSError && error.retriable) return false;
        throw error;
      }),
    );
  }

  /** Ids of the members of the group, while it is at rest; none otherwise. */
  async members(): Promise<readonly string[]> {
    const { groups } = await this.admin.describeGroups([groupId]);
    const [group] = groups;
    return group?.state === 'Stable' ? group.members.map(({ memberId }) => memberId) : [];
  }

  async deleteDeadLetterTopic(): Promise<void> {
    await this.admin.deleteTopics({ topics: [deadLetterTopic] });
    await until(async () => !(await this.admin.listTopics()).includes(deadLetterTopic));
  }

  async createDeadLetterTopic(): Promise<void> {
    await this.admin.createTopics({ waitForLeaders: true, topics: [{ topic: deadLetterTopic, numPartitions: 1 }] });
  }

  async limitDeadLetterBytes(maxMessageBytes: number): Promise<void> {
    const configEntries = [{ name: 'max.message.bytes', value: String(maxMessageBytes) }];
    const topic = { type: ConfigResourceTypes.TOPIC, name: deadLetterTopic, configEntries };
    await this.admin.alterConfigs({ validateOnly: false, resources: [topic] });
  }

  /** Every dead letter of the topic, with the record that is in it. */
  async deadLetters(of: string = orderTopic) {
    const topic = dltTopicOf(of);
    const [end] = await this.admin.fetchTopicOffsets(topic);
    const letters: { offset: bigint; key: Buffer | null; headers: IHeaders; record: EnclosedRecord }[] = [];
    const consumer = this.kafka.consumer({ groupId: `reader-${randomUUID()}`, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message: { key, value, headers = {} } }) => {
        const record = openEnvelope(value!);
        letters.push({ offset: record.offset, key, headers, record });
        return Promise.resolve();
      },
    });
    await until(() => letters.length >= Number(end?.high));
    await consumer.disconnect();
    return letters;
  }

  /** Payments of these orders, each with the number of its idempotency keys and with its events. */
  async payments(orderIds: readonly bigint[]): Promise<readonly StoredPayment[]> {
    if (orderIds.length === 0) return [];
    const [payments, keys, events] = await Promise.all([
      this.query<{ order_id: bigint; payment_id: string; status: string; amount: bigint }>(
        'SELECT order_id, payment_id, status, amount FROM payment WHERE order_id IN (?)',
        [orderIds],
      ),
      this.query<{ order_id: bigint }>('SELECT order_id FROM payment_idempotency WHERE order_id IN (?)', [orderIds]),
      this.query<{ payment_id: string; payload: string }>(
        'SELECT payment_id, payload FROM payment_outbox JOIN payment ON payment_id = aggregate_id WHERE order_id IN (?)',
        [orderIds],
      ),
    ]);
    const eventsOf = new Map<string, StoredPayment['events'][number][]>();
    for (const { payment_id: paymentId, payload } of events) {
      const event = JSON.parse(payload) as StoredPayment['events'][number];
      eventsOf.set(paymentId, [...(eventsOf.get(paymentId) ?? []), event]);
    }
    const keysOf = new Map<bigint, number>();
    for (const { order_id: orderId } of keys) keysOf.set(orderId, (keysOf.get(orderId) ?? 0) + 1);
    return payments.map(({ order_id: orderId, payment_id: paymentId, status, amount }) => ({
      orderId,
      status,
      amount,
      keys: keysOf.get(orderId) ?? 0,
      events: eventsOf.get(paymentId) ?? [],
    }));
  }

  async count(table: 'payment' | 'payment_outbox' | 'payment_idempotency'): Promise<number> {
    const [row] = await this.query<{ count: bigint }>(`SELECT COUNT(*) AS count FROM ${table}`);
    return Number(row?.count);
  }

  async query<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { host, port, user, password, database } = this.stack.mariadb;
    const connection = await createConnection({ host, port, user, password, database });
    try {
      return await connection.query<Row[]>(sql, values);
    } finally {
      await connection.end();
    }
  }

  /** Leaves open whether a statement holds: whoever must know waits for it. @returns what takes the statement back. */
  async leaveOpen(sql: string, values: readonly unknown[]): Promise<() => Promise<void>> {
    const { host, port, user, password, database } = this.stack.mariadb;
    const connection = await createConnection({ host, port, user, password, database });
    await connection.beginTransaction();
    await connection.query(sql, values);
    return async () => {
      await connection.rollback();
      await connection.end();
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.end()));
    await Promise.allSettled([this.producer, this.admin, this.transactional].map(async (of) => of?.disconnect()));
    await this.stack.stop();
  }
}
