import { describe, expect, it } from '@jest/globals';
import { Forgetting, PAUSE_PER_MS_MAX, ROWS_PER_STATEMENT } from './forgetting';

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
  const forgetting = new Forgetting(tables as never, 1, { clock, signal: stop.signal });
  return { rows, busyMs, stop, round: () => forgetting.round(), elapsedMs: () => nowMs };
}

describe('forgetting', () => {
  it('takes a small share of the time, and each round ends while there is more, with every table begun', async () => {
    const many = world({ outbox: 1e9, hints: 1e9, namedRequests: 1e9 });
    await many.round();
    const { statements, pauses } = many.busyMs;
    expect(pauses / statements).toBeCloseTo(PAUSE_PER_MS_MAX);
    expect(many.elapsedMs()).toBeLessThan(45_000);
    for (const left of Object.values(many.rows)) expect(left).toBeLessThan(1e9);
  });

  it('forgets all there is, and pauses for nothing where that is little', async () => {
    const few = world({ outbox: ROWS_PER_STATEMENT - 1, hints: 0, namedRequests: 2 * ROWS_PER_STATEMENT });
    await few.round();
    expect(few.rows).toEqual({ outbox: 0, hints: 0, namedRequests: 0 });
    expect(few.busyMs).toEqual({ statements: 5 * STATEMENT_MS, pauses: 2 * STATEMENT_MS * PAUSE_PER_MS_MAX });
  });

  it('goes faster while more becomes old than goes, and slowly again when that is over', async () => {
    const growing = world({ outbox: 0, hints: 0, namedRequests: 0 });
    // As many as an installation has that is paid for a thousand orders a second.
    const inflowPerSecond = 3_000;
    const leftAfter = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        const beganMs = growing.elapsedMs();
        growing.rows.outbox += inflowPerSecond * 15;
        await growing.round();
        growing.rows.outbox += (inflowPerSecond * (growing.elapsedMs() - beganMs)) / 1_000;
      }
      return growing.rows.outbox;
    };
    await leftAfter(20);
    const left = await leftAfter(20);
    expect(await leftAfter(40)).toBeLessThanOrEqual(left);

    growing.rows.outbox = 0;
    for (let round = 0; round < 8; round++) await growing.round();
    growing.rows.outbox = 2 * ROWS_PER_STATEMENT;
    const before = { ...growing.busyMs };
    await growing.round();
    expect(growing.busyMs.pauses - before.pauses).toBe(2 * STATEMENT_MS * PAUSE_PER_MS_MAX);
  });

  it('ends in the middle when the worker stops', async () => {
    const many = world({ outbox: 1e9, hints: 1e9, namedRequests: 1e9 });
    many.stop.abort();
    await expect(many.round()).rejects.toBe(many.stop.signal.reason);
    expect(many.rows.outbox).toBe(1e9);
  });
});
