import { type PaymentId, type PaymentTransaction, type UnappliedCharge } from '@koosco/payment-domain';
import { type AttemptLeases } from '../../ports/attempt-leases';
import { type PaymentChange } from '../../ports/transaction/payment-history';
import { type PaymentReader } from '../../ports/payment-reader';
import { type RefundReader } from '../../ports/refund-reader';
import { type UnitOfWork } from '../../ports/transaction/unit-of-work';

/** A database under test, and a way to see what the ports only write. */
export interface ConformingDatabase {
  readonly unitOfWork: UnitOfWork;
  readonly reader: PaymentReader;
  readonly leases: AttemptLeases;
  readonly refundReader: RefundReader;
  readonly refundLeases: AttemptLeases;
  /** What is committed, in the order it was written. */
  transactionsOf(paymentId: PaymentId): Promise<readonly StoredTransaction[]>;
  /** Ids of the committed events of a payment, in the order they will be published. */
  eventsOf(paymentId: PaymentId): Promise<readonly string[]>;
  historyOf(paymentId: PaymentId): Promise<readonly PaymentChange[]>;
  unappliedChargesOf(paymentId: PaymentId): Promise<readonly UnappliedCharge[]>;
  /** Resolves once some transaction waits for a lock of another one; at the latest when `signal` is aborted. */
  lockWait(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export type StoredTransaction = Pick<PaymentTransaction, 'type' | 'status' | 'pgTransactionId' | 'occurredAt'> & {
  readonly amountKrw: bigint;
};
