import { type OrderId, Refund } from '@koosco/payment-domain';
import { type Clock } from '../../ports/clock';
import { type RefundReader } from '../../ports/refund-reader';
import { type InMemoryTables } from './in-memory-tables';

export class InMemoryRefundReader implements RefundReader {
  constructor(
    private readonly tables: InMemoryTables,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  ordersWithDueRefunds(limit: number): Promise<readonly OrderId[]> {
    const now = this.clock.now();
    const due = [...this.tables.refunds.values()]
      .filter((state) => !Refund.restore(state).isSettled && state.dueAt !== null && state.dueAt <= now)
      .sort((a, b) => (a.dueAt?.getTime() ?? 0) - (b.dueAt?.getTime() ?? 0));
    return Promise.resolve([...new Set(due.map(({ orderId }) => orderId))].slice(0, limit));
  }
}
