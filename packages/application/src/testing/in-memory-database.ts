import { type PaymentEvent } from '@koosco/payment-contracts';
import {
  type OrderId,
  type PaymentAttemptState,
  type PaymentId,
  type PaymentState,
  type PaymentTransaction,
} from '@koosco/payment-domain';
import { type PaymentReader } from '../ports/payment-reader';
import { type UnitOfWork } from '../ports/unit-of-work';
import { InMemoryPaymentReader } from './in-memory-payment-reader';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work';

/** What is committed. Only a commit writes to it. */
export interface InMemoryTables {
  readonly payments: Map<OrderId, PaymentState>;
  readonly transactions: { readonly paymentId: PaymentId; readonly transaction: PaymentTransaction }[];
  /** In the order they were inserted. */
  readonly attempts: Map<string, PaymentAttemptState>;
  /** `order/action/key`. */
  readonly idempotency: Set<string>;
  readonly events: PaymentEvent[];
}

/**
 * The database for tests of use cases: transactions that roll back, row locks that queue, deadlocks that are retried and
 * the unique rules of the schema. It obeys the same suite as the real one.
 */
export class InMemoryDatabase {
  readonly tables: InMemoryTables = {
    payments: new Map(),
    transactions: [],
    attempts: new Map(),
    idempotency: new Set(),
    events: [],
  };
  readonly unitOfWork: UnitOfWork;
  readonly reader: PaymentReader = new InMemoryPaymentReader(this.tables);
  readonly #commitFailures: { error: Error; durable: boolean }[] = [];

  constructor() {
    this.unitOfWork = new InMemoryUnitOfWork(this.tables, () => this.#commitFailures.shift());
  }

  /** The next commit throws `error`, and is durable nevertheless where the answer alone was lost. */
  failNextCommit(error: Error, { durable }: { durable: boolean }): void {
    this.#commitFailures.push({ error, durable });
  }
}
