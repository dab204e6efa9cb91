import { randomUUID } from 'node:crypto';
import {
  type EventMessage,
  newOrderEvent,
  type OrderCancelledEvent,
  type OrderEvent,
  type OrderPlacedEvent,
  parseOrderEvent,
} from '@koosco/payment-contracts';
import { type OrderedItem } from './catalogue';
import { handleOnce } from './idempotent-consumer';
import { type OrderBook } from './order-book';
import { afterPaymentEvent } from './shop-order';

/** Where order events go. */
export interface OrderEvents {
  /** Resolves once all of them are stored, however long the broker is away. */
  publish(events: readonly OrderEvent[]): Promise<void>;
}

export interface Placing {
  readonly userId: bigint;
  readonly items: readonly OrderedItem[];
  readonly payableAmount: bigint;
}

/** The part of the shop that another team has: it says what was ordered, and listens to what became of the payment. */
export class OrderService {
  #lastOrderId = 0n;

  constructor(
    private readonly book: OrderBook,
    private readonly events: OrderEvents,
  ) {}

  /** The order is the shop's when this returns; `stored` resolves once Kafka has its event. */
  place(placing: Placing): { readonly order: OrderPlacedEvent; readonly stored: Promise<void> } {
    const [order] = this.placeAll([placing]).orders as [OrderPlacedEvent];
    return { order, stored: this.events.publish([order]) };
  }

  /** Many at once, on Kafka when `stored` resolves. */
  placeMany(placings: readonly Placing[]): {
    readonly orders: readonly OrderPlacedEvent[];
    readonly stored: Promise<void>;
  } {
    const { orders } = this.placeAll(placings);
    return { orders, stored: this.events.publish(orders) };
  }

  /** Says it again, as at-least-once may. */
  repeat(order: OrderPlacedEvent): Promise<void> {
    return this.events.publish([order]);
  }

  /** Whatever was paid goes back; what was not paid cannot be paid any more. */
  async cancel(orderId: bigint): Promise<void> {
    const data = { orderId, reason: 'USER_REQUEST', correlationId: `order-${orderId}` };
    const event: OrderCancelledEvent = newOrderEvent('order.cancelled', { id: randomUUID(), time: new Date(), data });
    this.book.cancelled(event, Date.now());
    await this.events.publish([event]);
  }

  /** A payment event: done once, however often it is delivered. Rejects when it must be delivered again. */
  async paymentHeard(message: EventMessage): Promise<void> {
    const handled = await handleOnce(this.book, message, (tx, event) => {
      tx.saveOrder(afterPaymentEvent(tx.orderOf(event.data.orderId), event, Date.now()));
      return Promise.resolve();
    });
    // A real order-service parks it. This one is read by somebody who looks at the log.
    if (handled.kind === 'dead-letter') process.emitWarning(`demo-shop: ${JSON.stringify(handled.reasons)}`);
  }

  /** What was said here or by others (`npm run order`), also before the shop was started again. */
  orderHeard(message: EventMessage): void {
    const parsed = parseOrderEvent(message);
    if (parsed.kind !== 'ok') return;
    if (parsed.event.type === 'order.placed') this.book.placed(parsed.event);
    if (parsed.event.type === 'order.cancelled') this.book.cancelled(parsed.event, Date.now());
  }

  private placeAll(placings: readonly Placing[]): { readonly orders: readonly OrderPlacedEvent[] } {
    const time = new Date();
    const orders = placings.map(({ userId, items, payableAmount }) => {
      const orderId = this.#nextOrderId();
      const data = { orderId, userId, payableAmount, items: [...items], correlationId: `order-${orderId}` };
      return newOrderEvent('order.placed', { id: randomUUID(), time, data });
    });
    for (const order of orders) this.book.placed(order);
    return { orders };
  }

  /** Microseconds of the clock, and no two the same: below 2^53 until the year 2255. */
  #nextOrderId(): bigint {
    const now = BigInt(Date.now()) * 1_000n;
    this.#lastOrderId = now > this.#lastOrderId ? now : this.#lastOrderId + 1n;
    return this.#lastOrderId;
  }
}
