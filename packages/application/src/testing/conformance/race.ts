import { type Transaction } from '../../ports/transaction/unit-of-work';
import { type ConformingDatabase } from './conforming-database';

/** Two transactions take the same step; the first holds its transaction open until the second one waits for it. */
export async function race<T>(
  database: ConformingDatabase,
  step: (tx: Transaction) => Promise<T>,
  { firstFails = false } = {},
): Promise<readonly [Ending<T>, Ending<T>]> {
  let hasStepped: () => void = () => undefined;
  let mayEnd: () => void = () => undefined;
  const stepped = new Promise<void>((resolve) => (hasStepped = resolve));
  const released = new Promise<void>((resolve) => (mayEnd = resolve));
  const first = endingOf(
    database.unitOfWork.run(async (tx) => {
      const result = await step(tx);
      hasStepped();
      await released;
      if (firstFails) throw new Error('planned');
      return result;
    }),
  );
  await Promise.race([stepped, first]);
  const second = endingOf(database.unitOfWork.run(step));
  const enough = new AbortController();
  await Promise.race([database.lockWait(enough.signal), second]);
  enough.abort();
  mayEnd();
  return [await first, await second];
}

interface Ending<T> {
  readonly result?: T;
  readonly error?: unknown;
}

async function endingOf<T>(promise: Promise<T>): Promise<Ending<T>> {
  try {
    return { result: await promise };
  } catch (error) {
    return { error };
  }
}
