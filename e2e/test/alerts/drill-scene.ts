import { topics } from '@koosco/payment-contracts';
import { type ManagedProcess } from '@koosco/local-stack';
import { type FaultRule, SandboxControl } from '@koosco/toss-sandbox';
import { Partitioners, type Message } from 'kafkajs';
import { createConnection } from 'mariadb';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoKafka } from '../../src/demo/broker';
import { OrderService } from '../../src/demo/order-service';
import { Shopping } from '../../src/faults/shopping';
import { type PaymentSystem } from '../../src/system/payment-system';

const PATIENCE_MS = 60_000;

/** What drills break, and with what. */
export class DrillScene {
  readonly toss: SandboxControl;
  readonly orders: OrderService;
  readonly #buyers = new Map<string, Shopping>();
  readonly #faults = new Map<string, string>();
  #lastOrderId = 0n;

  constructor(readonly system: PaymentSystem) {
    this.toss = new SandboxControl(system.sandboxUrl);
    this.orders = new OrderService(system.infrastructure.kafka.bootstrapServers, new AbortController().signal);
  }

  /** Somebody with an order of their own, known by this name from now on. */
  async buyer(name: string): Promise<Shopping> {
    const known = this.#buyers.get(name);
    if (known !== undefined) return known;
    const orderId = (this.#lastOrderId += 1n);
    // Drills look at metrics, and at no event.
    const shopping = new Shopping(this.system, { typesOf: () => [] }, orderId);
    this.#buyers.set(name, shopping);
    await this.place(orderId, 15_000n);
    return shopping;
  }

  /** @throws Error when there is nobody of that name. */
  orderOf(name: string): bigint {
    const shopping = this.#buyers.get(name);
    if (shopping === undefined) throw new Error(`nobody is called ${name}`);
    return shopping.orderId;
  }

  /** The id of the attempt of somebody who has confirmed once. */
  async attemptOf(name: string): Promise<string> {
    const [rows] = await this.sql(`SELECT attempt_id FROM payment_attempt WHERE order_id = ${this.orderOf(name)}`);
    return (rows as readonly { attempt_id: string }[])[0]!.attempt_id;
  }

  /** The id of the newest row of the outbox. */
  async newestRow(): Promise<string> {
    const [rows] = await this.sql('SELECT MAX(id) AS id FROM payment_outbox');
    return String((rows as readonly { id: bigint }[])[0]!.id);
  }

  place(orderId: bigint, amount: bigint): Promise<void> {
    return this.orders.place([
      {
        ...{ orderId, userId: orderId, amount, story: 'pays' },
        ...{ sendsEventTwice: false, hasSecondEvent: false, confirmsTwice: false },
      },
    ]);
  }

  /** Toss does this to everybody, until {@link mendToss}. */
  async breakToss(route: FaultRule['route'] & string, fault: FaultRule['fault']): Promise<void> {
    this.#faults.set(route, await this.toss.addFault({ route, fault }));
  }

  async mendToss(route: FaultRule['route'] & string): Promise<void> {
    await this.toss.removeFault(this.#faults.get(route));
  }

  /** Whatever the connector has not read yet is in no binary log any more. */
  async purgeBinaryLogs(): Promise<void> {
    // By default none goes while no replica is connected.
    await this.sql('SET GLOBAL slave_connections_needed_for_purge = 0');
    await until(async () => {
      const [, logs] = await this.sql('FLUSH BINARY LOGS', 'SHOW BINARY LOGS');
      const last = (logs as readonly { Log_name: string }[]).at(-1)!.Log_name;
      const [, left] = await this.sql(`PURGE BINARY LOGS TO '${last}'`, 'SHOW BINARY LOGS');
      return (left as readonly unknown[]).length === 1;
    }, 'the binary logs are purged');
  }

  /** As somebody who does not keep to any contract. */
  async produce(type: keyof typeof topics, message: Message): Promise<void> {
    const producer = demoKafka(this.system.infrastructure.kafka.bootstrapServers).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    await producer.connect();
    await producer.send({ topic: topics[type], messages: [message] });
    await producer.disconnect();
  }

  /** As somebody with a client and too many rights. */
  async sql(...statements: readonly string[]): Promise<readonly unknown[]> {
    const { host, port, database, root } = this.system.infrastructure.mariadb;
    const connection = await createConnection({ host, port, database, ...root!, allowPublicKeyRetrieval: true });
    try {
      const answers: unknown[] = [];
      for (const statement of statements) answers.push(await connection.query(statement));
      return answers;
    } finally {
      await connection.end();
    }
  }

  process(name: string): ManagedProcess {
    return this.system.processes.find((process) => process.name === name)!;
  }
}

/** Again and again until it is over, so many at once, and whatever becomes of it. */
export async function goOn(signal: AbortSignal, pauseMs: number, act: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await act().catch(() => undefined);
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !(await holds().catch(() => false));) {
    if (Date.now() > deadline) throw new Error(`it never happened: ${what}`);
    await sleep(100);
  }
}
