import {
  type OrderId,
  PaymentAttempt,
  type PaymentAttemptState,
  type PaymentAttemptStatus,
  type PaymentId,
} from '@koosco/payment-domain';
import { type PaymentAttemptRepository } from '../../ports/transaction/payment-attempt-repository';
import { type InMemoryTables } from './in-memory-tables';

export interface AttemptLocks {
  lock(key: string): Promise<void>;
  /** Whether another transaction holds it. */
  isLocked(key: string): boolean;
  now(): Date;
}

export class InMemoryPaymentAttemptRepository implements PaymentAttemptRepository {
  constructor(
    private readonly committed: InMemoryTables,
    private readonly changes: InMemoryTables,
    private readonly locks: AttemptLocks,
  ) {}

  async insert({ state }: PaymentAttempt): Promise<void> {
    await this.locks.lock(`unresolved attempt of ${state.paymentId}`);
    const payments = [...this.committed.payments.values(), ...this.changes.payments.values()];
    if (!payments.some(({ paymentId }) => paymentId === state.paymentId)) {
      throw new Error(`there is no payment ${state.paymentId}`);
    }
    for (const other of this.#all()) {
      if (other.attemptId === state.attemptId || other.gatewayIdempotencyKey === state.gatewayIdempotencyKey) {
        throw new Error(`attempt ${state.attemptId} exists already`);
      }
      if (other.paymentId === state.paymentId && !PaymentAttempt.restore(other).isSettled) {
        throw new Error(`payment ${state.paymentId} has an unresolved attempt already`);
      }
    }
    this.changes.attempts.set(state.attemptId, state);
  }

  async findForUpdate(attemptId: string): Promise<PaymentAttempt | null> {
    await this.locks.lock(lockOf({ attemptId }));
    return this.#restored(this.#find(attemptId));
  }

  async findUnresolved(orderId: OrderId): Promise<PaymentAttempt | null> {
    const ofOrder = this.#all().filter((state) => state.orderId === orderId);
    return Promise.resolve(this.#restored(ofOrder.find((state) => !PaymentAttempt.restore(state).isSettled)));
  }

  async findLatest(paymentId: PaymentId, paymentKey: string): Promise<PaymentAttempt | null> {
    const same = this.#all().filter((state) => state.paymentId === paymentId && state.paymentKey === paymentKey);
    return Promise.resolve(this.#restored(same.at(-1)));
  }

  async save({ state }: PaymentAttempt, expected: { fence: number }): Promise<boolean> {
    await this.locks.lock(lockOf(state));
    if (this.#find(state.attemptId)?.fence !== expected.fence) return false;
    this.changes.attempts.set(state.attemptId, state);
    return true;
  }

  async takeOverDue(query: {
    status: PaymentAttemptStatus;
    leaseMs: number;
    limit: number;
  }): Promise<readonly PaymentAttempt[]> {
    const now = this.locks.now();
    const leasedUntil = new Date(now.getTime() + query.leaseMs);
    const due = this.#all()
      .filter((state) => state.status === query.status && state.dueAt !== null && state.dueAt <= now)
      .filter((state) => !this.locks.isLocked(lockOf(state)))
      .sort((a, b) => (a.dueAt?.getTime() ?? 0) - (b.dueAt?.getTime() ?? 0))
      .slice(0, query.limit);
    const taken = due.map((state) => PaymentAttempt.restore(state).takeOver(now, leasedUntil));
    // All at once: between two awaits another relay could take one of them.
    await Promise.all(taken.map(({ state }) => this.locks.lock(lockOf(state))));
    for (const { state } of taken) this.changes.attempts.set(state.attemptId, state);
    return taken;
  }

  #find(attemptId: string): PaymentAttemptState | undefined {
    return this.changes.attempts.get(attemptId) ?? this.committed.attempts.get(attemptId);
  }

  /** In the order they were inserted. */
  #all(): readonly PaymentAttemptState[] {
    return [...new Map([...this.committed.attempts, ...this.changes.attempts]).values()];
  }

  #restored(state: PaymentAttemptState | undefined): PaymentAttempt | null {
    return state ? PaymentAttempt.restore(state) : null;
  }
}

function lockOf({ attemptId }: { attemptId: string }): string {
  return `attempt ${attemptId}`;
}
