import { type OrderId, Payment, PaymentAttempt, type PaymentId } from '@koosco/payment-domain';
import { type Clock } from '../../ports/clock';
import { type PaymentView } from '../../read/payment-view';
import { type AttemptGlimpse, type PaymentReader } from '../../ports/payment-reader';
import { type InMemoryTables } from './in-memory-tables';

export class InMemoryPaymentReader implements PaymentReader {
  constructor(
    private readonly tables: InMemoryTables,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async findById(paymentId: PaymentId): Promise<Payment | null> {
    const state = [...this.tables.payments.values()].find((payment) => payment.paymentId === paymentId);
    return Promise.resolve(state ? Payment.restore(state) : null);
  }

  async findByOrderId(orderId: OrderId): Promise<Payment | null> {
    const state = this.tables.payments.get(orderId);
    return Promise.resolve(state ? Payment.restore(state) : null);
  }

  async viewById(paymentId: PaymentId): Promise<PaymentView | null> {
    return this.#view(await this.findById(paymentId));
  }

  async viewByOrderId(orderId: OrderId): Promise<PaymentView | null> {
    return this.#view(await this.findByOrderId(orderId));
  }

  #view(payment: Payment | null): PaymentView | null {
    if (payment === null) return null;
    const isOfPayment = ({ paymentId }: { paymentId: PaymentId }) => paymentId === payment.state.paymentId;
    const transactions = this.tables.transactions
      .filter(isOfPayment)
      .map(({ transaction: { type, status, pgTransactionId, amount, occurredAt } }) => ({
        ...{ type, status, pgTransactionId, amount, occurredAt },
      }));
    const openRefunds = [...this.tables.refunds.values()]
      .filter((state) => isOfPayment(state) && state.attemptId === null)
      .flatMap(({ refundId, status, amount, createdAt: since }) =>
        status === 'REQUESTED' || status === 'IN_FLIGHT' || status === 'UNKNOWN'
          ? [{ refundId, status, amount, since }]
          : [],
      );
    return { payment, openAttempt: this.#openAttempt(payment), transactions, openRefunds };
  }

  #openAttempt({ state: { paymentId } }: Payment): PaymentView['openAttempt'] {
    for (const state of this.tables.attempts.values()) {
      const { status, createdAt: since, virtualAccount } = state;
      if (state.paymentId !== paymentId) continue;
      if (status === 'IN_FLIGHT' || status === 'UNKNOWN' || status === 'AWAITING_DEPOSIT') {
        return { status, since, virtualAccount };
      }
    }
    return null;
  }

  async findAttempt(attemptId: string): Promise<PaymentAttempt | null> {
    const state = this.tables.attempts.get(attemptId);
    return Promise.resolve(state ? PaymentAttempt.restore(state) : null);
  }

  async glimpseAttempts(attemptIds: readonly string[]): Promise<ReadonlyMap<string, AttemptGlimpse>> {
    const glimpses = new Map<string, AttemptGlimpse>();
    for (const attemptId of attemptIds) {
      const state = this.tables.attempts.get(attemptId);
      if (state === undefined) continue;
      const isLeased = PaymentAttempt.restore(state).isLeasedAt(this.clock.now());
      glimpses.set(attemptId, { status: state.status, fence: state.fence, isLeased });
    }
    return Promise.resolve(glimpses);
  }
}
