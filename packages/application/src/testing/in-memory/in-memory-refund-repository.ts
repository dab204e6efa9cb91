import { type OrderId, type PaymentId, Refund, type RefundState } from '@koosco/payment-domain';
import { type RefundRepository } from '../../ports/transaction/refund-repository';
import { type InMemoryTables } from './in-memory-tables';

export class InMemoryRefundRepository implements RefundRepository {
  constructor(
    private readonly committed: InMemoryTables,
    private readonly changes: InMemoryTables,
    private readonly lock: (key: string) => Promise<void>,
  ) {}

  async insert({ state }: Refund): Promise<void> {
    await this.lock(`cause ${state.causeId} of ${state.paymentId}`);
    const isKnown = ({ refundId, paymentId, causeId }: RefundState) =>
      refundId === state.refundId || (paymentId === state.paymentId && causeId === state.causeId);
    if (this.#all().some(isKnown))
      throw new Error(`payment ${state.paymentId} has a refund of ${state.causeId} already`);
    this.changes.refunds.set(state.refundId, state);
  }

  findByCause(paymentId: PaymentId, causeId: string): Promise<Refund | null> {
    const found = this.#all().find((state) => state.paymentId === paymentId && state.causeId === causeId);
    return Promise.resolve(restored(found));
  }

  async findForUpdate(refundId: string): Promise<Refund | null> {
    await this.lock(lockOf(refundId));
    return restored(this.#find(refundId));
  }

  findUnresolved(orderId: OrderId): Promise<readonly Refund[]> {
    const ofOrder = this.#all().filter((state) => state.orderId === orderId);
    return Promise.resolve(ofOrder.map((state) => Refund.restore(state)).filter((refund) => !refund.isSettled));
  }

  findGivenBack(paymentId: PaymentId, paymentKey: string): Promise<readonly string[]> {
    const ofCharge = this.#all().filter((state) => state.paymentId === paymentId && state.paymentKey === paymentKey);
    const moved = [...this.committed.transactions, ...this.changes.transactions]
      .filter((row) => row.paymentId === paymentId && row.transaction.type === 'CANCEL')
      .map(({ transaction }) => transaction);
    return Promise.resolve([
      ...new Set([...ofCharge, ...moved].flatMap(({ pgTransactionId }) => pgTransactionId ?? [])),
    ]);
  }

  async save({ state }: Refund, expected: { fence: number }): Promise<boolean> {
    await this.lock(lockOf(state.refundId));
    if (this.#find(state.refundId)?.fence !== expected.fence) return false;
    this.changes.refunds.set(state.refundId, state);
    return true;
  }

  #find(refundId: string): RefundState | undefined {
    return this.changes.refunds.get(refundId) ?? this.committed.refunds.get(refundId);
  }

  /** In the order they were inserted. */
  #all(): readonly RefundState[] {
    return [...new Map([...this.committed.refunds, ...this.changes.refunds]).values()];
  }
}

function restored(state: RefundState | undefined): Refund | null {
  return state === undefined ? null : Refund.restore(state);
}

function lockOf(refundId: string): string {
  return `refund ${refundId}`;
}
