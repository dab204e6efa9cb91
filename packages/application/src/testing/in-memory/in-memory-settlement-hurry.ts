import { type OrderId } from '@koosco/payment-domain';
import { type Clock } from '../../ports/clock';
import { type SettlementHurry } from '../../ports/settlement-hurry';
import { type InMemoryTables } from './in-memory-tables';

export class InMemorySettlementHurry implements SettlementHurry {
  constructor(
    private readonly tables: InMemoryTables,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  hurry(orderId: OrderId, windowMs: number): Promise<void> {
    const { attempts, refunds } = this.tables;
    for (const [id, state] of attempts) {
      const soon = this.#soon(state.updatedAt, windowMs);
      const waits =
        state.orderId === orderId && state.leasedUntil === null && state.dueAt !== null && state.dueAt > soon;
      if (waits) attempts.set(id, { ...state, dueAt: soon });
    }
    for (const [id, state] of refunds) {
      const soon = this.#soon(state.updatedAt, windowMs);
      const waits =
        state.orderId === orderId &&
        state.status === 'UNKNOWN' &&
        state.leasedUntil === null &&
        state.dueAt !== null &&
        state.dueAt > soon;
      if (waits) refunds.set(id, { ...state, dueAt: soon });
    }
    return Promise.resolve();
  }

  #soon(updatedAt: Date, windowMs: number): Date {
    return new Date(Math.max(this.clock.now().getTime(), updatedAt.getTime() + windowMs));
  }
}
