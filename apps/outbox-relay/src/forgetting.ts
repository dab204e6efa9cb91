import { type Database } from '@koosco/payment-db';
import { type systemClock } from '@koosco/payment-worker';

const DAY_MS = 24 * 60 * 60_000;
/** As long as Toss keeps its own idempotency keys. */
const NAMED_REQUESTS_MS = 15 * DAY_MS;
/** Toss sends a webhook again for less than four days. */
const HINTS_MS = 30 * DAY_MS;
/** A statement of this size holds its locks for milliseconds, and an insert that comes meanwhile waits no longer. */
export const ROWS_PER_STATEMENT = 100;
/**
 * Between two statements, for each millisecond that the first took: less than one insert in a hundred meets one. Where more becomes old
 * than goes at this pace, the pauses shrink with every round that does not come to the end.
 */
export const PAUSE_PER_MS_MAX = 100;
const PAUSE_PER_MS_MIN = 1;
/** A statement that waited for somebody's lock is no reason to pause for minutes. */
const PAUSE_MS_MAX = 5_000;
/** Of one table in one round; the next one goes on. Together they are shorter than a name is had for (`Database.exclusively`). */
const MS_PER_ROUND = 12_000;

interface Pace {
  readonly clock: Pick<typeof systemClock, 'elapsedMs' | 'sleep'>;
  readonly signal: AbortSignal;
}

/**
 * Deletes what nobody asks for any more, a bounded piece at a time, and with pauses that leave the database to those who wait for it.
 * What is not answered, followed or published yet stays.
 */
export class Forgetting {
  #pausePerMs = PAUSE_PER_MS_MAX;

  constructor(
    private readonly tables: Pick<Database, 'namedRequests' | 'hints' | 'outbox'>,
    /** Longer than Kafka keeps the events: what it has lost can be sent again from the table. */
    private readonly outboxKeptForMs: number,
    private readonly pace: Pace,
  ) {}

  /** @throws the reason of the pace's signal when it aborts. */
  async round(): Promise<void> {
    const { namedRequests, hints, outbox } = this.tables;
    const isOver = [
      await this.#inPieces((limit) => namedRequests.forget(NAMED_REQUESTS_MS, limit)),
      await this.#inPieces((limit) => hints.forget(HINTS_MS, limit)),
      await this.#inPieces((limit) => outbox.forget(this.outboxKeptForMs, limit)),
    ].every(Boolean);
    this.#pausePerMs = isOver
      ? Math.min(PAUSE_PER_MS_MAX, this.#pausePerMs * 2)
      : Math.max(PAUSE_PER_MS_MIN, this.#pausePerMs / 2);
  }

  /** @returns whether nothing old is left. */
  async #inPieces(forget: (limit: number) => Promise<number>): Promise<boolean> {
    const { clock, signal } = this.pace;
    const beganMs = clock.elapsedMs();
    for (let startedMs = beganMs; startedMs - beganMs < MS_PER_ROUND; startedMs = clock.elapsedMs()) {
      if ((await forget(ROWS_PER_STATEMENT)) < ROWS_PER_STATEMENT) return true;
      const tookMs = clock.elapsedMs() - startedMs;
      await clock.sleep(Math.min(tookMs * this.#pausePerMs, PAUSE_MS_MAX), signal);
    }
    return false;
  }
}
