import { PaymentAttempt, type SendRecord } from '@koosco/payment-domain';
import { type AttemptLeases, type AttemptOwnership } from '../../ports/attempt-leases';
import { type Clock } from '../../ports/clock';
import { type InMemoryTables } from './in-memory-tables';

/** Each call is a statement of its own, committed when it returns. */
export class InMemoryAttemptLeases implements AttemptLeases {
  constructor(
    private readonly tables: InMemoryTables,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async renew(owned: readonly AttemptOwnership[], leaseMs: number): Promise<ReadonlySet<string>> {
    const kept = owned.filter((ownership) => this.#extend(ownership, leaseMs));
    return Promise.resolve(new Set(kept.map(({ attemptId }) => attemptId)));
  }

  async recordSend(owned: AttemptOwnership, send: SendRecord, leaseMs: number): Promise<boolean> {
    return Promise.resolve(this.#extend(owned, leaseMs, send));
  }

  #extend({ attemptId, fence }: AttemptOwnership, leaseMs: number, send?: SendRecord): boolean {
    const state = this.tables.attempts.get(attemptId);
    if (state === undefined || !PaymentAttempt.restore(state).isOwnedBy(fence)) return false;
    const until = new Date(this.clock.now().getTime() + leaseMs);
    this.tables.attempts.set(attemptId, { ...state, leasedUntil: until, dueAt: until, ...(send && { send }) });
    return true;
  }
}
