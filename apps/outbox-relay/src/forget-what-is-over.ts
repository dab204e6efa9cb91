import { type Database } from '@koosco/payment-db';

const DAY_MS = 24 * 60 * 60_000;
/** As long as Toss keeps its own idempotency keys. */
const NAMED_REQUESTS_MS = 15 * DAY_MS;
/** Toss sends a webhook again for less than four days. */
const HINTS_MS = 30 * DAY_MS;
/** A statement of this size holds its locks for milliseconds. */
const ROWS_PER_STATEMENT = 200;
/** Of one round, so that it ends: the next one goes on. */
const STATEMENTS_MAX = 500;

/**
 * Deletes what nobody asks for any more, a bounded piece at a time. What is not answered, followed or published yet stays.
 * @param outboxKeptForMs longer than Kafka keeps the events: what it has lost can be sent again from the table.
 */
export async function forgetWhatIsOver(
  { namedRequests, hints, outbox }: Pick<Database, 'namedRequests' | 'hints' | 'outbox'>,
  outboxKeptForMs: number,
): Promise<void> {
  await inPieces((limit) => namedRequests.forget(NAMED_REQUESTS_MS, limit));
  await inPieces((limit) => hints.forget(HINTS_MS, limit));
  await inPieces((limit) => outbox.forget(outboxKeptForMs, limit));
}

async function inPieces(forget: (limit: number) => Promise<number>): Promise<void> {
  for (let statements = 0; statements < STATEMENTS_MAX; statements++) {
    if ((await forget(ROWS_PER_STATEMENT)) < ROWS_PER_STATEMENT) return;
  }
}
