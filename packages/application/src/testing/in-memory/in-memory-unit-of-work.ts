import { type Clock } from '../../ports/clock';
import { type Transaction, type UnitOfWork } from '../../ports/transaction/unit-of-work';
import { type InMemoryTables } from './in-memory-tables';
import { InMemoryTransaction } from './in-memory-transaction';
import { Deadlock, RowLocks } from './row-locks';

/** As the real one: more tries make a hot spot hotter. */
const TRIES_MAX = 5;

export class InMemoryUnitOfWork implements UnitOfWork {
  readonly #locks = new RowLocks();

  constructor(
    private readonly tables: InMemoryTables,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly nextCommitFailure: () => { error: Error; durable: boolean } | undefined = () => undefined,
  ) {}

  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#runOnce(work);
      } catch (error) {
        if (tries === TRIES_MAX || !(error instanceof Deadlock)) throw error;
      }
    }
  }

  async #runOnce<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const transaction = new InMemoryTransaction(this.tables, this.#locks, this.clock);
    try {
      const result = await work(transaction);
      const failure = this.nextCommitFailure();
      if (!failure || failure.durable) transaction.commit();
      if (failure) throw failure.error;
      return result;
    } finally {
      transaction.end();
    }
  }
}
