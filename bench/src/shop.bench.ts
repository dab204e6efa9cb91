import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChromium } from '@koosco/local-stack/chromium';
import { partitionKeyOf, serializeOrderEvent, topics } from '@koosco/payment-contracts';
import { createDatabase } from '@koosco/payment-db';
import { orderPlacedEvent } from '@koosco/payment-e2e/demo/order-service';
import { userToken } from '@koosco/payment-e2e/demo/user-token';
import { type PaymentSystem, startPaymentSystem } from '@koosco/payment-e2e/system/payment-system';
import { startShop } from '@koosco/payment-e2e/system/start-shop';
import { SandboxControl } from '@koosco/toss-sandbox';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { createConnection } from 'mariadb';
import { type Browser } from 'playwright-core';
import { measure } from './load/measure-confirms';
import { Orders } from './load/orders';

/**
 * What somebody who looks at the shop costs: confirms a second of the whole system, which takes 200 orders a second besides, with the
 * shop's page open in a Chromium on the same machine and without it, in turn. Fails when an order has no payment in the end, or a
 * confirm was charged other than once.
 */
const ORDERS_PER_SECOND = 200;
const ORDERS_EACH = 20;
const CONNECTIONS = 16;
const isQuick = process.argv.includes('--quick');
const TURNS = isQuick ? 2 : 6;
const CONFIRMS = isQuick ? 800 : 2_000;
/** Those of the stream come far behind those that are confirmed. */
const FIRST_STREAMED = 5_000_000;

async function main(): Promise<void> {
  const closers: (() => Promise<unknown>)[] = [];
  const dir = mkdtempSync(join(tmpdir(), 'shop-bench-'));
  try {
    const system = await startPaymentSystem({ dir, removeAtEnd: true, onProgress: () => undefined });
    closers.push(() => system.stop());
    const shop = await startShop(system);
    closers.push(() => shop.close());
    const browser = await startChromium();
    closers.push(() => browser.close());
    const { host, port, database: name, user, password } = system.infrastructure.mariadb;
    const address = { host, port, database: name, user, password };
    const database = createDatabase({ ...address, connectionLimit: 2 });
    closers.push(() => database.close());

    const orders = new Orders(database, Number(new URL(system.sandboxUrl).port), (id) => userToken(BigInt(id)));
    const stream = await OrderStream.to(system.infrastructure.kafka.bootstrapServers);
    closers.push(() => stream.close());
    const api = { port: Number(new URL(system.apiUrl).port) };
    await measure(api, CONNECTIONS, await orders.place(CONFIRMS));

    const [without, withPage, stalls]: [number[], number[], number[]] = [[], [], []];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const prepared = [await orders.place(CONFIRMS), await orders.place(CONFIRMS)] as const;
      without.push((await measure(api, CONNECTIONS, prepared[0])).perSecond);
      const page = await openPage(browser, shop.url);
      withPage.push((await measure(api, CONNECTIONS, prepared[1])).perSecond);
      stalls.push(await page.close());
      console.log(
        `without ${without.at(-1)?.toFixed(0)}/s, with the page ${withPage.at(-1)?.toFixed(0)}/s; longest time without a frame ${stalls.at(-1)?.toFixed(0)} ms`,
      );
    }
    await mustAgree(system, orders.placed.length, await stream.end());
    const ratio = { page_open_to_closed: Number((median(withPage) / median(without)).toFixed(3)) };
    const longestStallMs = Math.round(Math.max(...stalls));
    console.log(JSON.stringify({ bench: 'shop', ratio, perSecond: Math.round(median(without)), longestStallMs }));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

interface OpenPage {
  /** @returns the longest time between two frames, in milliseconds. */
  close(): Promise<number>;
}

/** Looks at the whole, which moves with every order. */
async function openPage(browser: Browser, url: string): Promise<OpenPage> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.locator('h1').waitFor();
  await page.evaluate(`(() => {
    let last = performance.now();
    window.longestStallMs = 0;
    const look = (now) => {
      window.longestStallMs = Math.max(window.longestStallMs, now - last);
      last = now;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })()`);
  return {
    close: async () => {
      const longest = await page.evaluate<number>('window.longestStallMs');
      await page.close();
      return longest;
    },
  };
}

/** Places orders at a steady pace until it is ended. */
class OrderStream {
  #sent = 0;
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;

  private constructor(private readonly producer: ReturnType<Kafka['producer']>) {
    this.#running = this.#run();
  }

  static async to(bootstrapServers: string): Promise<OrderStream> {
    const kafka = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING });
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    await producer.connect();
    return new OrderStream(producer);
  }

  /** @returns how many orders were placed. */
  async end(): Promise<number> {
    this.#ending.abort();
    await this.#running;
    return this.#sent;
  }

  async close(): Promise<void> {
    await this.end();
    await this.producer.disconnect();
  }

  async #run(): Promise<void> {
    const startedMs = performance.now();
    while (!this.#ending.signal.aborted) {
      const events = Array.from({ length: ORDERS_EACH }, (_, index) =>
        orderPlacedEvent({ orderId: BigInt(FIRST_STREAMED + this.#sent + index), userId: 7n, amount: 1_000n }),
      );
      const messages = events.map((event) => ({ key: partitionKeyOf(event), value: serializeOrderEvent(event) }));
      await this.producer.send({ topic: topics['order.placed'], acks: -1, messages });
      this.#sent += ORDERS_EACH;
      const dueMs = startedMs + (this.#sent / ORDERS_PER_SECOND) * 1_000;
      await sleep(Math.max(0, dueMs - performance.now()));
    }
  }
}

/** @throws unless there is one payment of every order, and one charge of every confirm. */
async function mustAgree(system: PaymentSystem, confirms: number, streamed: number): Promise<void> {
  const { host, port, database, user, password } = system.infrastructure.mariadb;
  const observer = await createConnection({ host, port, database, user, password, allowPublicKeyRetrieval: true });
  try {
    const payments = async () => {
      const [row] = await observer.query<{ count: bigint }[]>(
        'SELECT COUNT(*) AS count FROM payment WHERE order_id > ?',
        [FIRST_STREAMED - 1],
      );
      return Number(row?.count);
    };
    const deadlineMs = performance.now() + 30_000;
    while ((await payments()) < streamed && performance.now() < deadlineMs) await sleep(100);
    const charged = (await new SandboxControl(system.sandboxUrl).ledger()).length;
    const made = await payments();
    if (made !== streamed || charged !== confirms) {
      throw new Error(`${streamed} orders have ${made} payments, and ${confirms} confirms ${charged} charges`);
    }
  } finally {
    await observer.end();
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN;

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
