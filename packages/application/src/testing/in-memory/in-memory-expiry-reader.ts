import { type OrderId } from '@koosco/payment-domain';
import { type Clock } from '../../ports/clock';
import { type ExpiryReader } from '../../ports/expiry-reader';
import { type InMemoryTables } from './in-memory-tables';

export class InMemoryExpiryReader implements ExpiryReader {
  constructor(
    private readonly tables: InMemoryTables,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  findExpired(ageMs: number, limit: number): Promise<readonly OrderId[]> {
    const before = this.clock.now().getTime() - ageMs;
    const askedAbout = new Set(
      [...this.tables.attempts.values()].filter(({ dueAt }) => dueAt !== null).map(({ orderId }) => orderId),
    );
    const expired = [...this.tables.payments.values()]
      .filter(({ status, createdAt, orderId }) => {
        return status === 'READY' && createdAt.getTime() < before && !askedAbout.has(orderId);
      })
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    return Promise.resolve(expired.map(({ orderId }) => orderId).slice(0, limit));
  }
}
