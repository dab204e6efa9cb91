import { type OrderId, Payment, type PaymentState } from '@koosco/payment-domain';
import { type PaymentRepositoryPort, type PaymentTerms } from '../../ports/transaction/payment-repository-port';
import { type InMemoryTables } from './in-memory-tables';

export class InMemoryPaymentRepository implements PaymentRepositoryPort {
  constructor(
    private readonly committed: InMemoryTables,
    private readonly changes: InMemoryTables,
    private readonly lock: (key: string) => Promise<void>,
  ) {}

  async insertNew(payments: readonly Payment[]): Promise<ReadonlySet<OrderId>> {
    const inserted = new Set<OrderId>();
    const inLockOrder = [...payments].sort((a, b) => (a.state.orderId < b.state.orderId ? -1 : 1));
    for (const { state } of inLockOrder) await this.lock(lockOf(state.orderId));
    for (const payment of payments) {
      const { state } = payment;
      if (this.#find(state.orderId)) continue;
      if (this.#hasPaymentId(state)) throw new Error(`payment id ${state.paymentId} belongs to another order`);
      this.changes.payments.set(state.orderId, state);
      this.#insertTransactions(payment);
      inserted.add(state.orderId);
    }
    return inserted;
  }

  findTerms(orderIds: readonly OrderId[]): Promise<ReadonlyMap<OrderId, PaymentTerms>> {
    const found = orderIds.map((orderId) => this.#find(orderId)).filter((state) => state !== undefined);
    return Promise.resolve(new Map(found.map(({ orderId, userId, amount }) => [orderId, { userId, amount }])));
  }

  async findByOrderIdForUpdate(orderId: OrderId): Promise<Payment | null> {
    await this.lock(lockOf(orderId));
    const state = this.#find(orderId);
    return state ? Payment.restore(state) : null;
  }

  async save(payment: Payment): Promise<void> {
    const { state } = payment;
    await this.lock(lockOf(state.orderId));
    if (this.#find(state.orderId)?.version !== state.version) {
      throw new Error(`payment ${state.paymentId} is not stored in version ${state.version}`);
    }
    this.changes.payments.set(state.orderId, { ...state, version: state.version + 1 });
    this.#insertTransactions(payment);
  }

  #find(orderId: OrderId): PaymentState | undefined {
    return this.changes.payments.get(orderId) ?? this.committed.payments.get(orderId);
  }

  #hasPaymentId({ paymentId }: PaymentState): boolean {
    const all = [...this.committed.payments.values(), ...this.changes.payments.values()];
    return all.some((other) => other.paymentId === paymentId);
  }

  #insertTransactions({ state: { paymentId }, newTransactions }: Payment): void {
    for (const transaction of newTransactions) {
      const { pgTransactionId } = transaction;
      const all = [...this.committed.transactions, ...this.changes.transactions];
      if (pgTransactionId !== null && all.some((other) => isSame(other, paymentId, pgTransactionId))) {
        throw new Error(`payment ${paymentId} has recorded this movement of money before`);
      }
      this.changes.transactions.push({ paymentId, transaction });
    }
  }
}

function isSame(row: InMemoryTables['transactions'][number], paymentId: string, pgTransactionId: string): boolean {
  return row.paymentId === paymentId && row.transaction.pgTransactionId === pgTransactionId;
}

function lockOf(orderId: OrderId): string {
  return `payment of order ${orderId}`;
}
