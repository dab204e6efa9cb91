import { parseJson } from '@koosco/payment-contracts/json';
import { setTimeout as sleep } from 'node:timers/promises';
import { Buyer } from '../demo/buyer';
import { type PlannedOrder } from '../demo/order-plan';
import { OrderService } from '../demo/order-service';
import { userToken } from '../demo/user-token';
import { interruption } from './interruption';
import { runCli } from './run-cli';
import { styledFor } from './terminal';

interface OrderOptions {
  readonly orderId: string;
  readonly amount: string;
  readonly userId: string;
  /** Pays it too, as its buyer would. */
  readonly pay: boolean;
  readonly json: boolean;
  readonly bootstrapServers: string;
  readonly apiUrl: string;
  readonly sandboxUrl: string;
  readonly logs: string;
}

/** What the service shows of a payment, as far as it matters here. */
interface ShownPayment {
  readonly paymentId: string;
  readonly status: string;
  readonly userId: number | bigint;
  readonly amount: number | bigint;
}

/** A running system takes some tens of milliseconds; a worker that was just killed is back after some seconds. */
const PATIENCE_MS = 30_000;
const LOOK_INTERVAL_MS = 50;

/** Places one order at the system that `npm start` runs, as order-service would, and tells what became of it. */
async function main(options: OrderOptions): Promise<number> {
  const signal = interruption({
    afterMs: PATIENCE_MS,
    why: `order ${options.orderId} is placed, but nothing came of it yet`,
  });
  const order = { orderId: BigInt(options.orderId), amount: BigInt(options.amount), userId: BigInt(options.userId) };
  const read = await paymentReader(options.apiUrl, order, signal);
  const before = await read();
  const story = order.amount === 0n ? 'owes nothing' : 'pays';
  const planned = { ...order, story, sendsEventTwice: false, hasSecondEvent: false, confirmsTwice: false } as const;
  await new OrderService(options.bootstrapServers, signal).place([planned]);
  let payment = before;
  while (payment === null) {
    await sleep(LOOK_INTERVAL_MS, undefined, { signal });
    payment = await read();
  }
  const outcome = outcomeOf(order, payment, before !== null);
  const say = options.json ? () => undefined : console.log;
  say(sentenceOf(order, payment, outcome, options.logs));
  const paid = options.pay ? await payAsBuyer(options, planned, outcome, signal) : undefined;
  if (paid !== undefined) say(`its buyer pays, and hears: ${styledFor(process.stdout)('bold', paid.word)}`);
  if (options.json) console.log(JSON.stringify(described(options, outcome, (await read()) ?? payment, paid?.word)));
  return 0;
}

/** @throws Error when another order is there in its place: the amount would be refused, or somebody else would pay. */
function payAsBuyer({ apiUrl, sandboxUrl }: OrderOptions, order: PlannedOrder, outcome: Outcome, signal: AbortSignal) {
  if (outcome === 'conflict') throw new Error('a conflicting order is not paid');
  return new Buyer(apiUrl, sandboxUrl, signal).pay(order);
}

function described(
  { orderId, amount, userId }: OrderOptions,
  outcome: Outcome,
  payment: ShownPayment,
  answer?: string,
) {
  const { paymentId, status } = payment;
  // As text: ids and amounts have 64 bits.
  const shown = { paymentId, status, userId: payment.userId.toString(), amount: payment.amount.toString() };
  return { orderId, amount, userId, outcome, payment: shown, ...(answer !== undefined && { answer }) };
}

type Order = Readonly<Record<'orderId' | 'amount' | 'userId', bigint>>;
type Outcome = 'created' | 'duplicate' | 'conflict';

function outcomeOf(order: Order, payment: ShownPayment, wasThere: boolean): Outcome {
  if (BigInt(payment.amount) !== order.amount || BigInt(payment.userId) !== order.userId) return 'conflict';
  return wasThere ? 'duplicate' : 'created';
}

function sentenceOf(
  order: Order,
  { paymentId, status, amount, userId }: ShownPayment,
  outcome: Outcome,
  logs: string,
): string {
  const styled = styledFor(process.stdout);
  const placed = `order ${order.orderId} over ${order.amount} KRW is placed for user ${order.userId}`;
  switch (outcome) {
    case 'created':
      return `${placed}: payment ${paymentId} is ${styled('green', status)}`;
    case 'duplicate':
      return `${placed} once more: payment ${paymentId} was there already, is ${status} and stays as it is`;
    case 'conflict':
      return (
        `${placed}, which is a ${styled('yellow', 'conflict')}: payment ${paymentId} of this order is over ${amount} KRW ` +
        `for user ${userId}, is ${status} and stays as it is; see ${logs}/order-consumer.log`
      );
  }
}

/** Reads the payment of the order as another service may; null while there is none. */
async function paymentReader(apiUrl: string, { orderId, userId }: Order, signal: AbortSignal) {
  const token = await userToken(userId, ['SERVICE']);
  return async (): Promise<ShownPayment | null> => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${apiUrl}/api/payments/orders/${orderId}`, { headers, signal });
    if (response.status === 404 || response.status === 503) return null;
    if (!response.ok) throw new Error(`confirm-api answers ${response.status} to a look at order ${orderId}`);
    return (parseJson(await response.text()) as unknown as { data: ShownPayment }).data;
  };
}

runCli(main);
