import { type OrderId } from '@koosco/payment-domain';
import { type IntegrationEventPublisher } from '../../ports/transaction/integration-event-publisher';
import { type PaymentAttemptRepository } from '../../ports/transaction/payment-attempt-repository';
import { type PaymentRepositoryPort } from '../../ports/transaction/payment-repository-port';
import { type IdempotencyRepositoryPort } from '../../ports/transaction/idempotency-repository-port';
import { type Clock } from '../../ports/clock';
import {
  type OrderCancellation,
  type OrderCancellationRepository,
} from '../../ports/transaction/order-cancellation-repository';
import { type PaymentHistory } from '../../ports/transaction/payment-history';
import { type RefundRepository } from '../../ports/transaction/refund-repository';
import { type UnappliedChargeRepository } from '../../ports/transaction/unapplied-charge-repository';
import { type Transaction } from '../../ports/transaction/unit-of-work';
import { InMemoryPaymentAttemptRepository } from './in-memory-payment-attempt-repository';
import { emptyTables, type InMemoryTables } from './in-memory-tables';
import { InMemoryPaymentRepository } from './in-memory-payment-repository';
import { InMemoryRefundRepository } from './in-memory-refund-repository';
import { type RowLocks } from './row-locks';

/** Sees what is committed and its own changes, as READ COMMITTED does; others see its changes when it commits. */
export class InMemoryTransaction implements Transaction {
  readonly payments: PaymentRepositoryPort;
  readonly attempts: PaymentAttemptRepository;
  readonly idempotency: IdempotencyRepositoryPort;
  readonly events: IntegrationEventPublisher;
  readonly history: PaymentHistory;
  readonly unappliedCharges: UnappliedChargeRepository;
  readonly refunds: RefundRepository;
  readonly orderCancellations: OrderCancellationRepository;

  readonly #changes = emptyTables();
  #hasEnded = false;
  #lastCall: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly committed: InMemoryTables,
    private readonly locks: RowLocks,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    const lock = (key: string): Promise<void> => this.#lock(key);
    this.payments = this.#inOrder(new InMemoryPaymentRepository(committed, this.#changes, lock));
    this.attempts = this.#inOrder(
      new InMemoryPaymentAttemptRepository(committed, this.#changes, {
        lock,
        isLocked: (key) => locks.isHeldByOther(this, key),
        now: () => clock.now(),
      }),
    );
    this.idempotency = this.#inOrder({
      insertNew: (entries) => this.#insertNewIdempotency(entries.map(idempotencyKeyOf)),
    } satisfies IdempotencyRepositoryPort);
    this.events = this.#inOrder({
      publish: async (events) => {
        this.#mustBeOpen();
        this.#changes.events.push(...events);
        return Promise.resolve();
      },
    } satisfies IntegrationEventPublisher);
    this.unappliedCharges = this.#inOrder({
      record: async (charge) => {
        this.#mustBeOpen();
        this.#changes.unappliedCharges.set(charge.attemptId, charge);
        return Promise.resolve();
      },
      markRefunded: async (attemptId, refundedAt) => {
        this.#mustBeOpen();
        const charge = this.#changes.unappliedCharges.get(attemptId) ?? committed.unappliedCharges.get(attemptId);
        if (charge === undefined) throw new Error(`attempt ${attemptId} has no unapplied charge`);
        this.#changes.unappliedCharges.set(attemptId, { ...charge, refundedAt });
        return Promise.resolve();
      },
    } satisfies UnappliedChargeRepository);
    this.history = this.#inOrder({
      append: async (changes) => {
        this.#mustBeOpen();
        for (const { paymentId, sequence } of changes) {
          const all = [...committed.history, ...this.#changes.history];
          if (all.some((other) => other.paymentId === paymentId && other.sequence === sequence)) {
            throw new Error(`payment ${paymentId} has a change ${sequence} already`);
          }
        }
        this.#changes.history.push(...changes);
        return Promise.resolve();
      },
    } satisfies PaymentHistory);
    this.refunds = this.#inOrder(new InMemoryRefundRepository(committed, this.#changes, lock));
    this.orderCancellations = this.#inOrder({
      record: async (cancellation) => {
        const { orderId } = cancellation;
        await this.#lock(`cancellation of order ${orderId}`);
        if (!committed.orderCancellations.has(orderId)) this.#changes.orderCancellations.set(orderId, cancellation);
      },
      findOf: async (orderIds) => {
        const found = new Map<OrderId, OrderCancellation>();
        for (const orderId of orderIds) {
          await this.#lock(`cancellation of order ${orderId}`);
          const of = this.#changes.orderCancellations.get(orderId) ?? committed.orderCancellations.get(orderId);
          if (of !== undefined) found.set(orderId, of);
        }
        return found;
      },
    } satisfies OrderCancellationRepository);
  }

  async now(): Promise<Date> {
    this.#mustBeOpen();
    return Promise.resolve(this.clock.now());
  }

  commit(): void {
    this.#mustBeOpen();
    const { payments, transactions, attempts, idempotency, events, unappliedCharges } = this.#changes;
    const { refunds, orderCancellations, history } = this.#changes;
    for (const [orderId, payment] of payments) this.committed.payments.set(orderId, payment);
    for (const [attemptId, attempt] of attempts) this.committed.attempts.set(attemptId, attempt);
    for (const key of idempotency) this.committed.idempotency.add(key);
    this.committed.transactions.push(...transactions);
    this.committed.events.push(...events);
    for (const [refundId, refund] of refunds) this.committed.refunds.set(refundId, refund);
    for (const [orderId, of] of orderCancellations) this.committed.orderCancellations.set(orderId, of);
    this.committed.history.push(...history);
    for (const [attemptId, charge] of unappliedCharges) this.committed.unappliedCharges.set(attemptId, charge);
  }

  end(): void {
    this.#hasEnded = true;
    this.locks.releaseAll(this);
  }

  /** As on a connection: a call begins when the one before it has ended, well or badly. */
  #inOrder<T extends object>(repository: T): T {
    return new Proxy(repository, {
      get: (of, name) => {
        const method: unknown = Reflect.get(of, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          const call = () => Reflect.apply(method, of, args) as Promise<unknown>;
          const result = this.#lastCall.then(call);
          this.#lastCall = result.catch(() => undefined);
          return result;
        };
      },
    });
  }

  async #insertNewIdempotency(keys: readonly string[]): Promise<readonly boolean[]> {
    for (const key of [...keys].sort()) await this.#lock(`idempotency ${key}`);
    return keys.map((key) => {
      if (this.committed.idempotency.has(key) || this.#changes.idempotency.has(key)) return false;
      this.#changes.idempotency.add(key);
      return true;
    });
  }

  async #lock(key: string): Promise<void> {
    this.#mustBeOpen();
    await this.locks.acquire(this, key);
  }

  #mustBeOpen(): void {
    if (this.#hasEnded) throw new Error('this transaction has ended');
  }
}

function idempotencyKeyOf({ orderId, action, key }: { orderId: bigint; action: string; key: string }): string {
  return `${orderId}/${action}/${key}`;
}
