import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SandboxControl } from '@koosco/toss-sandbox';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, Buyer, isFinal, wordOf } from './demo/buyer';
import { type PlannedOrder } from './demo/order-plan';
import { OrderService } from './demo/order-service';
import { pgOrderIdOf } from './demo/pg-order-id';
import { readDatabase } from './demo/report/records';
import { userToken } from './demo/user-token';
import { requestsUnderWay } from './system/requests-under-way';
import { type PaymentSystem, startPaymentSystem } from './system/payment-system';

const ORDERS = 100;
/** The client gives up on a confirm long before, and so does everybody who repeats it in the same approval. */
const LATE_MS = 50_000;
const CALL_DEADLINE_MS = 3_000;
/** Bounds the run; some late confirms one after the other fit in. */
const PATIENCE_MS = 300_000;
const LOOK_INTERVAL_MS = 250;
/** As fast as a person hits the button again and again. */
const RETRY_DELAY_MS = 250;

/** What the buyers do while nobody can tell them yet. */
const MANNERS = ['keeps retrying', 'follows Retry-After', 'reopens the payment window'] as const;
type Manner = (typeof MANNERS)[number];

const orders = Array.from({ length: ORDERS }, (_, index): PlannedOrder & { readonly manner: Manner } => ({
  orderId: BigInt(index + 1),
  userId: BigInt(index + 1),
  amount: 1_000n + BigInt(index),
  story: 'pays',
  sendsEventTwice: false,
  hasSecondEvent: false,
  confirmsTwice: false,
  manner: MANNERS[index % MANNERS.length]!,
}));

const interruption = new AbortController();
const signal = AbortSignal.any([interruption.signal, AbortSignal.timeout(PATIENCE_MS + 120_000)]);
let system: PaymentSystem;
let toss: SandboxControl;
beforeAll(async () => {
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-late-')),
    removeAtEnd: true,
    workerEnv: { TOSS_TOTAL_DEADLINE_MS: String(CALL_DEADLINE_MS) },
    onProgress: () => undefined,
  });
  toss = new SandboxControl(system.sandboxUrl);
}, 120_000);
afterAll(async () => {
  interruption.abort();
  await system.stop();
});

describe('when every confirm reaches Toss long after the call was given up', () => {
  it('charges each order once, and tells no buyer that it was not charged when it then is', async () => {
    await toss.addFault({ route: 'confirm', fault: { kind: 'delay', delayMs: LATE_MS, stage: 'before' } });
    await new OrderService(system.infrastructure.kafka.bootstrapServers, signal).place(orders);
    // Once its breaker is open, a process lets one confirm through every few seconds. A killed one comes back with a
    // closed breaker, so the second half need not queue; and the first half's attempts are taken over meanwhile.
    const firstHalf = orders.slice(0, ORDERS / 2);
    const toldFirst = firstHalf.map((order) => pay(order));
    await Promise.race([
      until(async () => (await requestsUnderWay(system.sandboxUrl, signal)) >= firstHalf.length),
      Promise.all(toldFirst),
    ]);
    await system.processes.find(({ name }) => name === 'confirm-api')!.kill();
    const told = await Promise.all([...toldFirst, ...orders.slice(ORDERS / 2).map((order) => pay(order))]);
    await until(nothingIsUnderWay);

    const ledger = await toss.ledger();
    const { payments } = await readDatabase(system.infrastructure.mariadb);
    const charges = new Map(orders.map(({ orderId }) => [orderId, ledger.filter((row) => isOf(row, orderId))]));
    console.log(summary(told));

    const ends = orders.map(({ orderId }, index) => ({
      order: `${orderId}, who ${told[index]!.manner}`,
      words: told[index]!.words.join(' → '),
      charges: charges.get(orderId)!.length,
      stored: payments.find((payment) => payment.orderId === orderId)?.status,
      unresolved: payments.find((payment) => payment.orderId === orderId)?.unresolvedAttempts,
      storedKeyIsCharged: payments.find((payment) => payment.orderId === orderId)?.paymentKey === keyOf(orderId),
      // The request that charged arrived before the buyer heard that nothing would be charged.
      deceived: charges.get(orderId)!.some(({ at }) => Date.parse(at) - LATE_MS < told[index]!.lastDenialMs),
      hasGoodNews: ['APPROVED', 'PAYMENT-409-002'].includes(told[index]!.words.at(-1)!),
    }));
    function keyOf(orderId: bigint) {
      return charges.get(orderId)![0]?.paymentKey;
    }
    const isWell = (end: (typeof ends)[number]) =>
      end.charges === 1 &&
      end.stored === 'APPROVED' &&
      end.unresolved === 0n &&
      end.storedKeyIsCharged &&
      !end.deceived &&
      end.hasGoodNews;
    expect(ends.filter((end) => !isWell(end))).toEqual([]);
    expect(ledger).toHaveLength(ORDERS);
  }, 540_000);
});

interface Told {
  readonly manner: Manner;
  /** Every answer's word, a repeated one once. */
  readonly words: readonly string[];
  /** When the buyer last heard that no money moves; 0 for never. */
  readonly lastDenialMs: number;
  readonly windows: number;
  readonly seconds: number;
}

async function pay(order: (typeof orders)[number]): Promise<Told> {
  const { manner } = order;
  const startedAt = Date.now();
  // Of the buyer's own: each request listens to it until it is collected.
  const buyer = new Buyer(system.apiUrl, system.sandboxUrl, AbortSignal.any([signal]));
  const token = await userToken(order.userId);
  const checkout = await buyer.checkout(order, token);
  let paymentKey = await buyer.authenticate(order, checkout);
  let windows = 1;
  let lastDenialMs = 0;
  const words: string[] = [];
  for (;;) {
    const answer = await buyer.confirmOnce(order, token, paymentKey).catch(() => null);
    // Nobody listens while confirm-api is on its way back.
    if (answer === null) {
      await sleep(RETRY_DELAY_MS, undefined, { signal });
      continue;
    }
    if (isDenial(answer)) lastDenialMs = Date.now();
    if (wordOf(answer) !== words.at(-1)) words.push(wordOf(answer));
    if (isFinal(answer) || Date.now() - startedAt > PATIENCE_MS) {
      return { manner, words, lastDenialMs, windows, seconds: (Date.now() - startedAt) / 1_000 };
    }
    if (manner === 'reopens the payment window' && windows === 1) {
      // With what they were given before: a new checkout would be refused while the first window's charge may come.
      paymentKey = await buyer.authenticate(order, checkout);
      windows = 2;
    }
    const pauseMs = manner === 'keeps retrying' ? 0 : answer.retryAfterSeconds * 1_000;
    await sleep(Math.max(RETRY_DELAY_MS, pauseMs), undefined, { signal });
  }
}

function isDenial({ error }: Answer): boolean {
  return ['not-charged', 'refused', 'declined'].includes(error?.details?.outcome ?? '');
}

function isOf({ orderId: pgOrderId }: { orderId: string }, orderId: bigint): boolean {
  return pgOrderId === pgOrderIdOf(orderId);
}

/** No attempt that somebody still works on, and no confirm that Toss still holds back: it might charge once more. */
async function nothingIsUnderWay(): Promise<boolean> {
  const { payments } = await readDatabase(system.infrastructure.mariadb);
  if (payments.some(({ unresolvedAttempts }) => unresolvedAttempts > 0n)) return false;
  return (await requestsUnderWay(system.sandboxUrl, signal)) === 0;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(LOOK_INTERVAL_MS, undefined, { signal });
}

function summary(told: readonly Told[]): string {
  return MANNERS.map((manner) => {
    const of = told.filter((one) => one.manner === manner);
    const seconds = of.map((one) => one.seconds).sort((a, b) => a - b);
    const ways = new Map<string, number>();
    for (const { words } of of) ways.set(words.join(' → '), (ways.get(words.join(' → ')) ?? 0) + 1);
    return [
      `${of.length} buyers, each of whom ${manner}: ${seconds[0]?.toFixed(1)} s to ${seconds.at(-1)?.toFixed(1)} s`,
      ...[...ways].map(([way, count]) => `  ${count} × ${way}`),
    ].join('\n');
  }).join('\n');
}
