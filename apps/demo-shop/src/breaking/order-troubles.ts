import { type OrderPlacedEvent, topics } from '@koosco/payment-contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OrderWatch } from '../behind/order-watch';
import { type SystemWatch } from '../behind/system-watch';
import { catalogue } from '../order-service/catalogue';
import { type OrderBook } from '../order-service/order-book';
import { type OrderService } from '../order-service/order-service';
import { type Telling } from './break-run';
import { allIsWell, until } from './recovery';
import { type RobotBuyer } from './robot-buyer';
import { type TossTroubles } from './toss-troubles';

const CLICKS = 50;
const BURST = 1_000;
/** Long enough that the cancellation is known before Toss charges. */
const SLOW_CONFIRM_MS = 1_500;
const CANCEL_AFTER_MS = 500;

export interface OrderTroublesParts {
  readonly buyerId: bigint;
  /** Somebody whose thousand orders do not fill the list of the buyer's own. */
  readonly crowdId: bigint;
  readonly book: OrderBook;
  readonly orders: OrderService;
  readonly robot: RobotBuyer;
  readonly toss: TossTroubles;
  readonly watch: SystemWatch;
  readonly orderWatch: OrderWatch;
  readonly poison: (topic: string, value: string) => Promise<void>;
}

/** What is done to an order, or with many of them: each places its own, and ends when all that it caused has ended. */
export class OrderTroubles {
  constructor(private readonly parts: OrderTroublesParts) {}

  async poisonMessage({ step, signal, ...telling }: Telling): Promise<void> {
    const { watch, poison } = this.parts;
    const before = await watch.deadLetters();
    await poison(topics['order.placed'], '{"this is": "no order"');
    step('poison-sent');
    await until(async () => (await watch.deadLetters()) > before, signal);
    step('dead-letter', { count: await watch.deadLetters() });
    const order = await this.#placed({ step, signal, ...telling });
    await this.#hasPayment(order.data.orderId, signal);
    step('goes-on');
  }

  async eventTwice(telling: Telling): Promise<void> {
    const { orders, orderWatch } = this.parts;
    const { step, signal } = telling;
    const order = await this.#placed(telling);
    await orders.repeat(order);
    step('sent-again');
    await this.#hasPayment(order.data.orderId, signal);
    // The second is behind the first in its partition; an order behind both says that they were read.
    const behind = await this.#placed({ ...telling, step: () => undefined, about: () => undefined });
    await this.#hasPayment(behind.data.orderId, signal);
    const { timeline } = await orderWatch.look(order.data.orderId);
    step('payments', { count: timeline.filter(({ kind }) => kind === 'payment.made').length });
  }

  async tamperedAmount(telling: Telling): Promise<void> {
    const { robot } = this.parts;
    const { step, signal } = telling;
    const { orderId } = (await this.#placed(telling)).data;
    const { paymentKey, amount } = await robot.authenticate(orderId, signal);
    const refused = await robot.confirmOnce(orderId, paymentKey, amount - 1, signal);
    step('tampered', { won: amount - 1, answer: refused.word });
    const answer = await robot.confirm(orderId, paymentKey, amount, signal);
    step('right-amount', { answer: answer.word });
    await this.#agrees(orderId, telling);
  }

  async cancelledWhilePaid(telling: Telling): Promise<void> {
    const { robot, orders, toss, book } = this.parts;
    const { step, signal } = telling;
    const { orderId } = (await this.#placed(telling)).data;
    const { paymentKey, pgOrderId, amount } = await robot.authenticate(orderId, signal);
    await toss.slowConfirmOf(pgOrderId, SLOW_CONFIRM_MS);
    const paying = robot.confirm(orderId, paymentKey, amount, signal);
    step('paying');
    await sleep(CANCEL_AFTER_MS, undefined, { signal });
    await orders.cancel(orderId);
    step('order-cancelled');
    step('answer', { answer: (await paying).word });
    await until(() => book.order(orderId)?.isOver === true, signal);
    // As the page does when it sees that the payment changed: its buyer reads it again.
    book.tell(orderId, { word: 'CANCELED', paidKrw: BigInt(amount), refundedKrw: BigInt(amount), at: new Date() });
    step('money-back');
    await this.#agrees(orderId, telling);
  }

  async fiftyClicks(telling: Telling): Promise<void> {
    const { robot, orderWatch } = this.parts;
    const { step, signal } = telling;
    const { orderId } = (await this.#placed(telling)).data;
    const { paymentKey, amount } = await robot.authenticate(orderId, signal);
    step('clicking', { clicks: CLICKS });
    const clicks = Array.from({ length: CLICKS }, () => robot.confirm(orderId, paymentKey, amount, signal));
    const words = (await Promise.all(clicks)).map(({ word }) => word);
    step('answers', { answers: words.filter((word) => word === 'APPROVED').length });
    const { timeline } = await orderWatch.look(orderId);
    step('charges', { charges: timeline.filter(({ kind }) => kind === 'toss.charge').length });
    await this.#agrees(orderId, telling);
  }

  async burst(telling: Telling): Promise<void> {
    const { orders, book, watch, crowdId: userId } = this.parts;
    const { step, signal } = telling;
    const [{ skuId, priceKrw: payableAmount }] = catalogue as [(typeof catalogue)[number]];
    const placing = { userId, items: [{ skuId, quantity: 1 }], payableAmount };
    const burst = orders.placeMany(Array.from({ length: BURST }, () => placing));
    await burst.stored;
    step('burst-placed', { orders: BURST });
    const isHeard = ({ data }: OrderPlacedEvent) => book.order(data.orderId)?.paymentId != null;
    await until(() => burst.orders.every(isHeard), signal);
    step('burst-heard', { orders: BURST });
    await allIsWell(watch, telling);
  }

  async #placed({ step, about, signal }: Telling): Promise<OrderPlacedEvent> {
    const { orders, buyerId: userId } = this.parts;
    const items = [{ skuId: 'CUP', quantity: 1 }];
    const { order, stored } = orders.place({ userId, items, payableAmount: 15_000n });
    about(order.data.orderId);
    await stored;
    signal.throwIfAborted();
    step('placed', { orderId: String(order.data.orderId) });
    return order;
  }

  #hasPayment(orderId: bigint, signal: AbortSignal): Promise<void> {
    return until(() => this.parts.book.order(orderId)?.paymentId != null, signal);
  }

  async #agrees(orderId: bigint, { step, signal }: Telling): Promise<void> {
    await until(async () => (await this.parts.orderWatch.look(orderId)).agreement === 'agree', signal);
    step('agree');
  }
}
