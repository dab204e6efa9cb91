import { type OrderId, type Payment, type PaymentAttempt, type PaymentId } from '@koosco/payment-domain';
import { type PaymentView } from '../read/payment-view';

/** Reads without a transaction and without locks: the newest committed state, which may change at once. */
export interface PaymentReader {
  findById(paymentId: PaymentId): Promise<Payment | null>;
  findByOrderId(orderId: OrderId): Promise<Payment | null>;
  viewById(paymentId: PaymentId): Promise<PaymentView | null>;
  viewByOrderId(orderId: OrderId): Promise<PaymentView | null>;
  findAttempt(attemptId: string): Promise<PaymentAttempt | null>;
  /** In one statement; an id that is not there is left out. */
  glimpseAttempts(attemptIds: readonly string[]): Promise<ReadonlyMap<string, AttemptGlimpse>>;
}

/** As much of an attempt as somebody who waits for it has to see. */
export interface AttemptGlimpse {
  readonly status: PaymentAttempt['state']['status'];
  readonly fence: number;
  /** Whether its lease lasts, by the database's clock. */
  readonly isLeased: boolean;
}
