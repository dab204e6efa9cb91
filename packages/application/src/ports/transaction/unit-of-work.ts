import { type IdempotencyRepositoryPort } from './idempotency-repository-port';
import { type IntegrationEventPublisher } from './integration-event-publisher';
import { type OrderCancellationRepository } from './order-cancellation-repository';
import { type PaymentAttemptRepository } from './payment-attempt-repository';
import { type PaymentHistory } from './payment-history';
import { type PaymentRepositoryPort } from './payment-repository-port';
import { type RefundRepository } from './refund-repository';
import { type UnappliedChargeRepository } from './unapplied-charge-repository';

/**
 * What one database transaction can see and change. A value one can see, never ambient.
 *
 * Calls take effect one after the other in the order in which they are made. Those that are made without waiting for the
 * one before share a round trip: one of them cannot depend on the result of another, and when one fails, those behind it
 * are carried out all the same and rolled back with it.
 */
export interface Transaction {
  readonly payments: PaymentRepositoryPort;
  readonly attempts: PaymentAttemptRepository;
  readonly idempotency: IdempotencyRepositoryPort;
  readonly events: IntegrationEventPublisher;
  readonly history: PaymentHistory;
  readonly unappliedCharges: UnappliedChargeRepository;
  readonly refunds: RefundRepository;
  readonly orderCancellations: OrderCancellationRepository;
  /**
   * The database's time, by which all workers judge leases: the clocks of two machines may differ by more than a lease
   * lasts. Costs no round trip after a payment or an attempt was read for update.
   */
  now(): Promise<Date>;
}

export interface UnitOfWork {
  /**
   * Runs `work` in one database transaction and returns its result once that is durable. Payment, attempt, idempotency
   * and outbox rows commit together or not at all. A deadlock, lock wait timeout or snapshot conflict rolls back and
   * runs `work` again, a bounded number of times, so `work` must have no effect outside the transaction. Whatever
   * `work` throws rolls back and is thrown on. Never call a gateway in here: a slow answer would hold row locks.
   */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}
