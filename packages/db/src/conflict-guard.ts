import { type Prisma } from './generated/prisma/client';
import { isTransactionConflict } from './transaction-conflict';

/** What repositories need of an open transaction. */
export type TransactionSql = Pick<Prisma.TransactionClient, '$queryRaw' | '$executeRaw' | 'paymentAttempt'>;

/**
 * Lets no statement through after a conflict. A deadlock ends the whole transaction at the server, and a later statement
 * on the same connection would run, and commit, alone; so work that catches the error and goes on must not get far.
 */
export class ConflictGuard {
  #conflict: unknown = null;

  over(db: Prisma.TransactionClient): TransactionSql {
    const guarded =
      <Args extends unknown[], Result>(send: (...args: Args) => PromiseLike<Result>) =>
      async (...args: Args): Promise<Result> => {
        this.throwConflict();
        try {
          return await send(...args);
        } catch (error) {
          if (isTransactionConflict(error)) this.#conflict = error;
          throw error;
        }
      };
    return {
      $queryRaw: guarded(db.$queryRaw.bind(db)) as TransactionSql['$queryRaw'],
      $executeRaw: guarded(db.$executeRaw.bind(db)) as TransactionSql['$executeRaw'],
      // Reads without locks: they never conflict, and what they see after one is thrown away.
      paymentAttempt: db.paymentAttempt,
    };
  }

  /** @throws the conflict that was met, if there was one. */
  throwConflict(): void {
    if (this.#conflict !== null) throw this.#conflict as Error;
  }
}
