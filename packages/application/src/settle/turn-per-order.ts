import { type OrderId } from '@koosco/payment-domain';

/**
 * Lets one piece of work per order go on at a time. They would queue for the payment's row lock anyway, but there each
 * of them holds a database connection: one buyer's hundred clicks would take all of them from everybody else.
 */
export class TurnPerOrder {
  readonly #last = new Map<OrderId, Promise<unknown>>();

  async take<T>(orderId: OrderId, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(orderId);
    const mine = before === undefined ? work() : before.then(work, work);
    this.#last.set(orderId, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(orderId) === mine) this.#last.delete(orderId);
    }
  }
}
