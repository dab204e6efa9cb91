import { setTimeout as sleep } from 'node:timers/promises';
import { nextOrderId, orderPlaced } from './order-events';
import { type OrderStack } from './order-stack';

const ORDER_EVERY_MS = 50;
const LOOK_EVERY_MS = 250;

/** Orders that keep coming, in both partitions in turn, and what becomes of them meanwhile. */
export class StreamOfOrders {
  readonly orderIds: bigint[] = [];
  #longestStallMs = 0;
  #isOver = false;
  readonly #running: Promise<unknown>;

  constructor(private readonly stack: OrderStack) {
    this.#running = Promise.all([this.#send(), this.#watch()]);
  }

  /** For how long at most there were stored orders without a payment and none was made. */
  get longestStallMs(): number {
    return this.#longestStallMs;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #send(): Promise<void> {
    for (let count = 0; !this.#isOver; count++) {
      const orderId = nextOrderId();
      const value = orderPlaced({ orderId });
      // Until it is stored, perhaps twice: that is what a producer does, too.
      while (!(await this.stack.send([{ value, partition: count % 2 }]).then(wasStored, wasNotStored)));
      this.orderIds.push(orderId);
      await sleep(ORDER_EVERY_MS);
    }
  }

  async #watch(): Promise<void> {
    let paid = 0;
    let movedAt = performance.now();
    while (!this.#isOver) {
      const stored = this.orderIds.length;
      const now = await this.stack.count('payment');
      if (now > paid || now >= stored) movedAt = performance.now();
      paid = now;
      this.#longestStallMs = Math.max(this.#longestStallMs, performance.now() - movedAt);
      await sleep(LOOK_EVERY_MS);
    }
  }
}

const wasStored = () => true;
const wasNotStored = () => false;
