import { type AttemptLeases } from '../../ports/attempt-leases';
import { type Clock } from '../../ports/clock';
import { type PaymentReader } from '../../ports/payment-reader';
import { type ExpiryReader } from '../../ports/expiry-reader';
import { type HintInbox } from '../../ports/hint-inbox';
import { type RefundReader } from '../../ports/refund-reader';
import { type SettlementHurry } from '../../ports/settlement-hurry';
import { type UnitOfWork } from '../../ports/transaction/unit-of-work';
import { InMemoryAttemptLeases } from './in-memory-attempt-leases';
import { InMemoryPaymentReader } from './in-memory-payment-reader';
import { InMemoryExpiryReader } from './in-memory-expiry-reader';
import { InMemoryHintInbox } from './in-memory-hint-inbox';
import { InMemoryRefundLeases } from './in-memory-refund-leases';
import { InMemoryRefundReader } from './in-memory-refund-reader';
import { InMemorySettlementHurry } from './in-memory-settlement-hurry';
import { emptyTables, type InMemoryTables } from './in-memory-tables';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work';

/**
 * The database for tests of use cases: transactions that roll back, row locks that queue, deadlocks that are retried and
 * the unique rules of the schema. It obeys the same suite as the real one.
 */
export class InMemoryDatabase {
  readonly tables: InMemoryTables = emptyTables();
  readonly unitOfWork: UnitOfWork;
  readonly reader: PaymentReader;
  readonly leases: AttemptLeases;
  readonly refundReader: RefundReader;
  readonly expiryReader: ExpiryReader;
  readonly refundLeases: AttemptLeases;
  readonly hints: HintInbox;
  readonly settlementHurry: SettlementHurry;
  readonly #commitFailures: { error: Error; durable: boolean }[] = [];

  /** @param clock the database's own, which judges every lease. */
  constructor(clock: Pick<Clock, 'now'> = { now: () => new Date() }) {
    this.reader = new InMemoryPaymentReader(this.tables, clock);
    this.leases = new InMemoryAttemptLeases(this.tables, clock);
    this.expiryReader = new InMemoryExpiryReader(this.tables, clock);
    this.refundReader = new InMemoryRefundReader(this.tables, clock);
    this.hints = new InMemoryHintInbox(clock);
    this.settlementHurry = new InMemorySettlementHurry(this.tables, clock);
    this.refundLeases = new InMemoryRefundLeases(this.tables, clock);
    this.unitOfWork = new InMemoryUnitOfWork(this.tables, clock, () => this.#commitFailures.shift());
  }

  /** The next commit throws `error`, and is durable nevertheless where the answer alone was lost. */
  failNextCommit(error: Error, { durable }: { durable: boolean }): void {
    this.#commitFailures.push({ error, durable });
  }
}
