import { type Switches } from '../../switches';
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

  /** Payments whose time is up, in the order it ran out. One that a request is changing right now is not among them. */
  dueBy(nowMs: number): Payment[] {
    const due = [...this.waiting('READY', nowMs), ...this.waiting('IN_PROGRESS', nowMs)];
    return due.sort((a, b) => a.atMs - b.atMs).map(({ payment }) => payment);
  }

  /** When the next payment expires that no request is changing, in epoch ms; undefined when none waits. */
  nextExpiryAtMs(): number | undefined {
    const [ready] = this.waiting('READY', Infinity);
    const [inProgress] = this.waiting('IN_PROGRESS', Infinity);
    if (ready === undefined || inProgress === undefined) return (ready ?? inProgress)?.atMs;
    return Math.min(ready.atMs, inProgress.atMs);
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

  private *waiting(status: 'READY' | 'IN_PROGRESS', untilMs: number): Generator<{ payment: Payment; atMs: number }> {
    const queue = this.expiring[status];
    queue.dropWhile((key) => this.byKey.get(key)?.status !== status);
    for (const key of queue.keys()) {
      const payment = this.byKey.get(key);
      if (payment?.status !== status) continue;
      const atMs = expiresAtMs(payment) ?? Infinity;
      if (atMs > untilMs) return;
      // Under a confirm the payment lives until that has ended.
      if (!this.busy.has(key)) yield { payment, atMs };
    }
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
  private entries: string[] = [];
  private start = 0;

  add(key: string): void {
    this.entries.push(key);
  }

  *keys(): Generator<string> {
    for (let index = this.start; index < this.entries.length; index += 1) yield this.entries[index] ?? '';
  }

  dropWhile(isOver: (key: string) => boolean): void {
    while (this.start < this.entries.length && isOver(this.entries[this.start] ?? '')) this.start += 1;
    if (this.start > 1024 && this.start * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.start);
      this.start = 0;
    }
  }
}
