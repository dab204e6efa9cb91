import { type Database } from '@koosco/payment-db';
import { type systemClock } from '@koosco/payment-worker';

const DAY_MS = 24 * 60 * 60_000;
/** As long as Toss keeps its own idempotency keys. */
const NAMED_REQUESTS_MS = 15 * DAY_MS;
/** Toss sends a webhook again for less than four days. */
const HINTS_MS = 30 * DAY_MS;
/** A statement of this size holds its locks for milliseconds, and an insert that comes meanwhile waits no longer. */
export const ROWS_PER_STATEMENT = 100;
/** Between two statements, for each millisecond that the first took: less than one insert in a hundred meets one. */
export const PAUSE_PER_MS = 100;
/** A statement that waited for somebody's lock is no reason to pause for minutes. */
const PAUSE_MS_MAX = 5_000;
/** Of one table in one round; the next one goes on. Together they are shorter than a name is had for (`Database.exclusively`). */
const MS_PER_ROUND = 12_000;

/**
 * Deletes what nobody asks for any more, a bounded piece at a time, and with pauses that leave the database to those who wait for it.
 * What is not answered, followed or published yet stays.
 * @param outboxKeptForMs longer than Kafka keeps the events: what it has lost can be sent again from the table.
 * @throws the reason of `signal` when it aborts.
 */
export async function forgetWhatIsOver(
  { namedRequests, hints, outbox }: Pick<Database, 'namedRequests' | 'hints' | 'outbox'>,
  outboxKeptForMs: number,
  pace: Pace,
): Promise<void> {
  await inPieces((limit) => namedRequests.forget(NAMED_REQUESTS_MS, limit), pace);
  await inPieces((limit) => hints.forget(HINTS_MS, limit), pace);
  await inPieces((limit) => outbox.forget(outboxKeptForMs, limit), pace);
}

interface Pace {
  readonly clock: Pick<typeof systemClock, 'elapsedMs' | 'sleep'>;
  readonly signal: AbortSignal;
}

async function inPieces(forget: (limit: number) => Promise<number>, { clock, signal }: Pace): Promise<void> {
  const beganMs = clock.elapsedMs();
  for (let startedMs = beganMs; startedMs - beganMs < MS_PER_ROUND; startedMs = clock.elapsedMs()) {
    if ((await forget(ROWS_PER_STATEMENT)) < ROWS_PER_STATEMENT) return;
    const tookMs = clock.elapsedMs() - startedMs;
    await clock.sleep(Math.min(tookMs * PAUSE_PER_MS, PAUSE_MS_MAX), signal);
  }
}
