import { type Transaction, type UnitOfWork } from '@koosco/payment-application';
import { CommitOutcomeUnknown } from './commit-outcome-unknown';
import { ConflictGuard, type TransactionSql } from './conflict-guard';
import { Prisma, type PrismaClient } from './generated/prisma/client';
import { IdempotencyRepositoryAdapter } from './idempotency-repository-adapter';
import { OutboxIntegrationEventPublisher } from './outbox-integration-event-publisher';
import { PaymentAttemptRepositoryAdapter } from './payment-attempt-repository-adapter';
import { PaymentRepositoryAdapter } from './payment-repository-adapter';
import { retryConflicts } from './retry-conflicts';
import { isTransactionConflict } from './transaction-conflict';
import { TransactionTime } from './transaction-time';
import { UnappliedChargeRepositoryAdapter } from './unapplied-charge-repository-adapter';

export interface TransactionLimits {
  /** How long to wait for a free connection before giving up. */
  readonly connectionWaitMs: number;
  /** A transaction that is open for longer is rolled back: its locks hold up everybody else. */
  readonly durationMs: number;
}

export class PrismaUnitOfWork implements UnitOfWork {
  constructor(
    private readonly client: PrismaClient,
    private readonly limits: TransactionLimits,
  ) {}

  /** @throws CommitOutcomeUnknown when the connection was lost during the commit. */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return retryConflicts(() => this.#runOnce(work));
  }

  async #runOnce<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const progress = { isCommitting: false };
    try {
      return await this.client.$transaction(
        async (db) => {
          const guard = new ConflictGuard();
          const result = await work(transactionOn(guard.over(db)));
          guard.throwConflict();
          progress.isCommitting = true;
          return result;
        },
        { maxWait: this.limits.connectionWaitMs, timeout: this.limits.durationMs },
      );
    } catch (error) {
      if (progress.isCommitting && !wasRolledBack(error)) throw new CommitOutcomeUnknown({ cause: error });
      throw error;
    }
  }
}

function transactionOn(db: TransactionSql): Transaction {
  const time = new TransactionTime(db);
  return {
    payments: new PaymentRepositoryAdapter(db, time),
    attempts: new PaymentAttemptRepositoryAdapter(db, time),
    idempotency: new IdempotencyRepositoryAdapter(db),
    events: new OutboxIntegrationEventPublisher(db),
    unappliedCharges: new UnappliedChargeRepositoryAdapter(db),
    now: () => time.now(),
  };
}

/** Whether a failed commit certainly changed nothing: the server said so, or Prisma had rolled back before it was asked. */
function wasRolledBack(error: unknown): boolean {
  return isTransactionConflict(error) || isTransactionClosed(error);
}

/** Prisma's "Transaction API error": it ended the transaction itself, for example because it was open for too long. */
function isTransactionClosed(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2028';
}
