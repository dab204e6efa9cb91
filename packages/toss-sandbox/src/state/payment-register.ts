import { type Switches } from '../switches';
import { type Payment } from './payment';
import { expiresAtMs } from './payment-state-machine';

/** Every payment, by key and by order, and which of them expires next. */
export class PaymentRegister {
  private readonly byKey = new Map<string, Payment>();
  /** One key, or several when attempts share an order id: most orders have one, and an array each would cost memory. */
  private readonly keysByOrder = new Map<string, string | string[]>();
  /** Both life spans are constant, so that payments expire in the order they entered a status. */
  private readonly expiring = { READY: new ExpiryQueue(), IN_PROGRESS: new ExpiryQueue() };
  private readonly busy = new Map<string, (() => void)[]>();

  get size(): number {
    return this.byKey.size;
  }

  get(paymentKey: string): Payment | undefined {
    return this.byKey.get(paymentKey);
  }

  /** Oldest first. */
  ofOrder(orderId: string): Payment[] {
    const keys = this.keysByOrder.get(orderId) ?? [];
    return [keys].flat().flatMap((key) => this.byKey.get(key) ?? []);
  }

  put(payment: Payment): void {
    const previous = this.byKey.get(payment.paymentKey);
    this.byKey.set(payment.paymentKey, payment);
    if (previous === undefined) this.addToOrder(payment);
    if (previous?.status !== payment.status && (payment.status === 'READY' || payment.status === 'IN_PROGRESS')) {
      this.expiring[payment.status].add(payment.paymentKey);
    }
  }

  /** The payment whose time is up first and the moment of it, or undefined when none waits. */
  nextToExpire(): { payment: Payment; atMs: number } | undefined {
    const ready = this.headOf('READY');
    const inProgress = this.headOf('IN_PROGRESS');
    if (ready === undefined || inProgress === undefined) return ready ?? inProgress;
    return ready.atMs <= inProgress.atMs ? ready : inProgress;
  }

  /** False when another request is already changing this payment. */
  lock(paymentKey: string): boolean {
    if (this.busy.has(paymentKey)) return false;
    this.busy.set(paymentKey, []);
    return true;
  }

  unlock(paymentKey: string): void {
    const waiting = this.busy.get(paymentKey) ?? [];
    this.busy.delete(paymentKey);
    for (const wake of waiting) wake();
  }

  /** Resolves when the lock held now is gone; somebody else may have taken it again by then. */
  unlocked(paymentKey: string): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.busy.get(paymentKey);
      if (waiting === undefined) resolve();
      else waiting.push(resolve);
    });
  }

  private addToOrder({ orderId, paymentKey }: Payment): void {
    const keys = this.keysByOrder.get(orderId);
    this.keysByOrder.set(orderId, keys === undefined ? paymentKey : [keys, paymentKey].flat());
  }

  private headOf(status: 'READY' | 'IN_PROGRESS'): { payment: Payment; atMs: number } | undefined {
    const queue = this.expiring[status];
    for (let key = queue.head(); key !== undefined; key = queue.head()) {
      const payment = this.byKey.get(key);
      // A payment under confirm is past its deadline only when that confirm has ended.
      if (payment?.status === status && !this.busy.has(key)) {
        const atMs = expiresAtMs(payment);
        if (atMs !== undefined) return { payment, atMs };
      }
      if (payment?.status === status) return undefined;
      queue.removeHead();
    }
    return undefined;
  }
}

/** Which of several payments with one order id a look-up returns. */
export function paymentOfOrder(
  payments: readonly Payment[],
  rule: Switches['lookupBySharedOrderId'],
): Payment | undefined {
  switch (rule) {
    case 'first':
      return payments[0];
    case 'latest':
      return payments.at(-1);
    case 'approved':
      return payments.find((payment) => payment.approvedAtMs !== null) ?? payments.at(-1);
  }
}

class ExpiryQueue {
  private keys: string[] = [];
  private start = 0;

  add(key: string): void {
    this.keys.push(key);
  }

  head(): string | undefined {
    return this.keys[this.start];
  }

  removeHead(): void {
    this.start += 1;
    if (this.start > 1024 && this.start * 2 > this.keys.length) {
      this.keys = this.keys.slice(this.start);
      this.start = 0;
    }
  }
}
