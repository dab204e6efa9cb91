import { describe, expect, it } from '@jest/globals';
import { forgetWhatIsOver, PAUSE_PER_MS, ROWS_PER_STATEMENT } from './forget-what-is-over';

const STATEMENT_MS = 3;

/** A database that takes its time for each statement, in a time that passes only then and in pauses. */
function world(rows: { outbox: number; hints: number; namedRequests: number }) {
  let nowMs = 0;
  const stop = new AbortController();
  const busyMs = { statements: 0, pauses: 0 };
  const forgetful = (table: keyof typeof rows) => ({
    forget: (_olderThanMs: number, limit: number) => {
      const forgotten = Math.min(limit, rows[table]);
      rows[table] -= forgotten;
      nowMs += STATEMENT_MS;
      busyMs.statements += STATEMENT_MS;
      return Promise.resolve(forgotten);
    },
  });
  const clock = {
    elapsedMs: () => nowMs,
    sleep: (ms: number, signal?: AbortSignal) => {
      nowMs += ms;
      busyMs.pauses += ms;
      return signal?.aborted === true ? Promise.reject(signal.reason as Error) : Promise.resolve();
    },
  };
  const tables = { outbox: forgetful('outbox'), hints: forgetful('hints'), namedRequests: forgetful('namedRequests') };
  const round = () => forgetWhatIsOver(tables as never, 1, { clock, signal: stop.signal });
  return { rows, busyMs, stop, round, elapsedMs: () => nowMs };
}

describe('forgetting', () => {
  it('takes a small share of the time, and each round ends while there is more, with every table begun', async () => {
    const many = world({ outbox: 1e9, hints: 1e9, namedRequests: 1e9 });
    await many.round();
    const { statements, pauses } = many.busyMs;
    expect(pauses / statements).toBeCloseTo(PAUSE_PER_MS);
    expect(many.elapsedMs()).toBeLessThan(45_000);
    for (const left of Object.values(many.rows)) expect(left).toBeLessThan(1e9);
  });

  it('forgets all there is, and pauses for nothing where that is little', async () => {
    const few = world({ outbox: ROWS_PER_STATEMENT - 1, hints: 0, namedRequests: 2 * ROWS_PER_STATEMENT });
    await few.round();
    expect(few.rows).toEqual({ outbox: 0, hints: 0, namedRequests: 0 });
    expect(few.busyMs).toEqual({ statements: 5 * STATEMENT_MS, pauses: 2 * STATEMENT_MS * PAUSE_PER_MS });
  });

  it('ends in the middle when the worker stops', async () => {
    const many = world({ outbox: 1e9, hints: 1e9, namedRequests: 1e9 });
    many.stop.abort();
    await expect(many.round()).rejects.toBe(many.stop.signal.reason);
    expect(many.rows.outbox).toBe(1e9);
  });
});
