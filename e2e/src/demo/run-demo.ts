import { setTimeout as sleep } from 'node:timers/promises';
import { requestsUnderWay } from '../system/requests-under-way';
import { type PaymentSystem } from '../system/payment-system';
import { areOrdersConsumed, demoKafka, stampWhenStored } from './broker';
import { Buyer, type BuyerAnswer } from './buyer';
import { compareRecords } from './report/compare-records';
import { type DemoReport, demoReport } from './report/demo-report';
import { type PlannedOrder, planOrders } from './order-plan';
import { OrderService } from './order-service';
import { readDatabase, readTopics, type Records } from './report/records';
import { SandboxControl } from '@koosco/toss-sandbox';

export interface DemoOptions {
  readonly orders: number;
  readonly onProgress: (line: string) => void;
  /** Hears of how many buyers have their answer; of each fifth of them `onProgress` does. */
  readonly onAnswered?: (line: string) => void;
  readonly signal: AbortSignal;
  /** Every buyer has an answer; what follows is waiting and comparing. */
  readonly onAllAnswered?: () => void;
  /** Told of each buyer's answer; the times are `performance.now()`. */
  readonly onAnswer?: (answered: { orderId: bigint; fromMs: number; atMs: number }) => void;
}

/** Buyers in the shop at the same time. */
const BUYERS = 24;
/** Everything may be killed and restarted meanwhile; after this long, what is missing is lost. */
const SETTLE_DEADLINE_MS = 180_000;

/** Places orders, pays them, waits until nothing is under way any more, and compares what everybody knows about them. */
export async function runDemo(system: PaymentSystem, options: DemoOptions): Promise<DemoReport> {
  const { onProgress, signal } = options;
  const startedAt = performance.now();
  const orders = planOrders(options.orders);
  await stampWhenStored(demoKafka(system.infrastructure.kafka.bootstrapServers));
  onProgress(`placing ${orders.length} orders and paying them`);
  const orderService = new OrderService(system.infrastructure.kafka.bootstrapServers, signal);
  const [answers] = await Promise.all([payAll(system, orderService, orders, options), orderService.place(orders)]);
  options.onAllAnswered?.();
  onProgress('waiting until every event has been published and read back');
  const records = await settledRecords(system, orders, signal);
  const seconds = (performance.now() - startedAt) / 1_000;
  const disagreements = compareRecords(orders, answers, records);
  return demoReport({ orders, answers, records, disagreements, seconds, restarts: restartsOf(system) });
}

function restartsOf({ processes }: PaymentSystem): Record<string, number> {
  return Object.fromEntries(
    processes.filter(({ restarts }) => restarts > 0).map(({ name, restarts }) => [name, restarts]),
  );
}

async function payAll(
  system: PaymentSystem,
  orderService: OrderService,
  orders: readonly PlannedOrder[],
  { onProgress, onAnswered, signal, onAnswer }: DemoOptions,
): Promise<readonly BuyerAnswer[]> {
  const buyer = new Buyer(system.apiUrl, system.sandboxUrl, signal);
  const answers: BuyerAnswer[] = [];
  const queue = orders.values();
  const step = Math.max(1, Math.ceil(orders.length / 5));
  await Promise.all(
    Array.from({ length: BUYERS }, async () => {
      // One iterator for all: each order is taken by one buyer.
      for (const order of queue) {
        const fromMs = performance.now();
        answers.push(await live(order, buyer, orderService));
        onAnswer?.({ orderId: order.orderId, fromMs, atMs: performance.now() });
        const line = `${answers.length} of ${orders.length} buyers have their answer`;
        if (answers.length % step === 0) onProgress(line);
        else onAnswered?.(line);
      }
    }),
  );
  return answers;
}

/** How long after its buyer has begun to pay an order is cancelled, spread over about the time that this takes. */
const cancelledAfterMs = ({ orderId }: PlannedOrder) => Number(orderId % 97n) * 4;

/** What happens to one order from its payment on. */
async function live(order: PlannedOrder, buyer: Buyer, orderService: OrderService): Promise<BuyerAnswer> {
  const { orderId, ending } = order;
  const isCancelled = (when: string) => ending?.kind === 'order cancelled' && ending.when === when;
  const cancelling = isCancelled('while it is paid')
    ? sleep(cancelledAfterMs(order)).then(() => orderService.cancel(orderId))
    : Promise.resolve();
  const [answer] = await Promise.all([answerOf(buyer, order), cancelling]);
  if (isCancelled('afterwards')) await orderService.cancel(orderId);
  if (ending?.kind === 'returns' && order.story === 'pays') await orderService.requestRefund(orderId, ending.krw);
  return answer;
}

async function answerOf(buyer: Buyer, order: PlannedOrder): Promise<BuyerAnswer> {
  try {
    return await buyer.pay(order);
  } catch (error) {
    return { orderId: order.orderId, status: 0, word: String(error), paymentKey: null, contradictions: [] };
  }
}

/**
 * Nothing under way: every order event consumed, no unresolved attempt or refund, no request at Toss that might still move
 * money, every outbox row read back from Kafka.
 */
async function settledRecords(
  system: PaymentSystem,
  orders: readonly PlannedOrder[],
  signal: AbortSignal,
): Promise<Records> {
  const deadline = Date.now() + SETTLE_DEADLINE_MS;
  const toss = new SandboxControl(system.sandboxUrl);
  const kafka = demoKafka(system.infrastructure.kafka.bootstrapServers);
  for (;;) {
    signal.throwIfAborted();
    try {
      const areConsumed = await areOrdersConsumed(kafka);
      const database = await readDatabase(system.infrastructure.mariadb);
      const isSettled =
        areConsumed &&
        database.payments.length >= orders.length &&
        database.payments.every(
          ({ unresolvedAttempts: attempts, unresolvedRefunds: refunds }) => attempts + refunds === 0n,
        ) &&
        database.outbox.every(({ status }) => status === 'PUBLISHED') &&
        (await requestsUnderWay(system.sandboxUrl, signal)) === 0;
      if (isSettled || Date.now() > deadline) {
        return {
          ...database,
          ...(await readTopics(system.infrastructure.kafka.bootstrapServers)),
          ledger: await toss.ledger(),
        };
      }
    } catch (error) {
      // Whatever was killed is on its way back.
      if (Date.now() > deadline) throw error;
    }
    await sleep(250);
  }
}
