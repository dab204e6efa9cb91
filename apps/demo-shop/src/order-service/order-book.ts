import { type OrderCancelledEvent, type OrderPlacedEvent, type SequenceState } from '@koosco/payment-contracts';
import { type ConsumerDatabase, type ConsumerTransaction } from './idempotent-consumer';
import { placedAtMs, type ShopOrder, type ToldBuyer, unknownOrder } from './shop-order';

/** What a handler of payment events may change besides what the recipe needs. */
export interface OrderTransaction extends ConsumerTransaction {
  orderOf(orderId: bigint): ShopOrder;
  saveOrder(order: ShopOrder): void;
}

/** More than anybody looks at; what is older is forgotten. */
const ORDERS_MAX = 20_000;
/** At least four events of each order. */
const EVENTS_MAX = 4 * ORDERS_MAX;

/**
 * The shop's own orders, in memory: both topics that they follow from are still there when the shop is started again, and
 * it reads them anew. Reads see committed orders only.
 */
export class OrderBook implements ConsumerDatabase<OrderTransaction> {
  readonly #orders = new Map<bigint, ShopOrder>();
  readonly #processed = new Set<string>();
  readonly #sequences = new Map<string, SequenceState>();
  #last: Promise<unknown> = Promise.resolve();

  /** One after the other, as under a lock of the whole table. */
  transaction<T>(work: (tx: OrderTransaction) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#transact(work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  order(orderId: bigint): ShopOrder | undefined {
    return this.#orders.get(orderId);
  }

  /** The newest first. */
  ordersOf(userId: bigint, countMax: number): readonly ShopOrder[] {
    const own = [...this.#orders.values()].filter(({ placed }) => placed?.data.userId === userId);
    return own.sort((a, b) => placedAtMs(b) - placedAtMs(a)).slice(0, countMax);
  }

  /** The first event of an order counts, as it does for its payment. */
  placed(event: OrderPlacedEvent): void {
    const order = this.#orders.get(event.data.orderId) ?? unknownOrder(event.data.orderId);
    if (order.placed === null) this.#save({ ...order, placed: event });
  }

  cancelled({ data }: OrderCancelledEvent, atMs: number): void {
    const order = this.#orders.get(data.orderId) ?? unknownOrder(data.orderId);
    if (order.isCancelled) return;
    const heard = [...order.heard, { type: 'order.cancelled', sequence: null, heardAtMs: atMs }];
    this.#save({ ...order, isCancelled: true, heard });
  }

  tell(orderId: bigint, told: ToldBuyer): void {
    const order = this.#orders.get(orderId);
    if (order !== undefined) this.#save({ ...order, told });
  }

  async #transact<T>(work: (tx: OrderTransaction) => Promise<T>): Promise<T> {
    const processed: string[] = [];
    const sequences = new Map<string, SequenceState>();
    const orders = new Map<bigint, ShopOrder>();
    const result = await work({
      insertProcessedEvent: (key) => {
        const isNew = !this.#processed.has(key) && !processed.includes(key);
        if (isNew) processed.push(key);
        return Promise.resolve(isNew);
      },
      sequenceOf: (paymentId) => Promise.resolve(sequences.get(paymentId) ?? this.#sequences.get(paymentId)),
      saveSequence: (paymentId, state) => Promise.resolve(void sequences.set(paymentId, state)),
      orderOf: (orderId) => orders.get(orderId) ?? this.#orders.get(orderId) ?? unknownOrder(orderId),
      saveOrder: (order) => orders.set(order.orderId, order),
    });
    // Only now: whoever throws has changed nothing.
    for (const key of processed) this.#processed.add(key);
    for (const [paymentId, state] of sequences) this.#sequences.set(paymentId, state);
    for (const order of orders.values()) this.#save(order);
    forgetOldest(this.#processed, EVENTS_MAX);
    forgetOldest(this.#sequences, ORDERS_MAX);
    return result;
  }

  #save(order: ShopOrder): void {
    this.#orders.set(order.orderId, order);
    forgetOldest(this.#orders, ORDERS_MAX);
  }
}

/** Both kinds list what was put in first first. */
function forgetOldest<K>(known: Map<K, unknown> | Set<K>, countMax: number): void {
  for (const key of known.keys()) {
    if (known.size <= countMax) return;
    known.delete(key);
  }
}
