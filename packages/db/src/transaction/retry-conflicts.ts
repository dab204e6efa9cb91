import { setTimeout as sleep } from 'node:timers/promises';
import { isTransactionConflict } from './transaction-conflict';

/** Five tries lost in a row mean a hot spot that more tries make hotter; the caller has a slower retry of its own. */
const TRIES_MAX = 5;

/** About how long a transaction of ours holds its locks. */
const FIRST_PAUSE_MS = 10;

/** Runs a whole transaction again when it gave way to another one. Whatever else it throws is thrown on. */
export async function retryConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await transaction();
    } catch (error) {
      if (tries === TRIES_MAX || !isTransactionConflict(error)) throw error;
    }
    // Jitter over the whole pause: two that met at the same moment must not meet again at the next one.
    await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** tries);
  }
}
