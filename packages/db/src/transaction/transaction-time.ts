import { Prisma } from '../generated/prisma/client';
import { type TransactionSql } from './transaction-sql';

/** The server's time within one transaction, taken along with its locking reads. */
export class TransactionTime {
  #read: { readonly at: Date; readonly elapsedMs: number } | null = null;

  constructor(private readonly db: TransactionSql) {}

  /** A statement brought the server's time along. */
  read(at: Date): void {
    this.#read = { at, elapsedMs: performance.now() };
  }

  /** Never ahead of the server: the way of the answer is missing. Asks the server only when nothing was read yet. */
  async now(): Promise<Date> {
    if (this.#read === null) {
      const [row] = await this.db.read<{ now: Date }>(Prisma.sql`SELECT SYSDATE(3) AS now`);
      if (row === undefined) throw new Error('the database did not tell the time');
      this.read(row.now);
      return row.now;
    }
    const { at, elapsedMs } = this.#read;
    return new Date(at.getTime() + Math.floor(performance.now() - elapsedMs));
  }
}
