import { type PaymentId, type PaymentTransaction } from '@koosco/payment-domain';
import { type PaymentReader } from '../../ports/payment-reader';
import { type UnitOfWork } from '../../ports/unit-of-work';

/** A database under test, and a way to see what the ports only write. */
export interface ConformingDatabase {
  readonly unitOfWork: UnitOfWork;
  readonly reader: PaymentReader;
  /** What is committed, in the order it was written. */
  transactionsOf(paymentId: PaymentId): Promise<readonly StoredTransaction[]>;
  /** Ids of the committed events of a payment, in the order they will be published. */
  eventsOf(paymentId: PaymentId): Promise<readonly string[]>;
  /** Resolves once some transaction waits for a lock of another one; at the latest when `signal` is aborted. */
  lockWait(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export type StoredTransaction = Pick<PaymentTransaction, 'type' | 'status' | 'pgTransactionId' | 'occurredAt'> & {
  readonly amountKrw: bigint;
};
