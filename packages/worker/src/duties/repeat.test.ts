import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@koosco/payment-telemetry';
import { repeat } from './repeat';

const logger = createLogger({ service: 'test', level: 'fatal', destination: { write: () => undefined } });

/** Runs as many rounds as there are deeds, then stops. @returns the pauses between them, in milliseconds. */
async function pausesOf(deeds: readonly (() => Promise<void>)[], intervalMs = () => 100): Promise<readonly number[]> {
  const stop = new AbortController();
  const pauses: number[] = [];
  let rounds = 0;
  await repeat({
    name: 'test',
    intervalMs,
    round: () => deeds[rounds++]!(),
    clock: {
      sleep: (durationMs) => {
        pauses.push(durationMs);
        if (rounds === deeds.length) stop.abort();
        return Promise.resolve();
      },
    },
    logger,
    signal: stop.signal,
  });
  return pauses;
}

const succeeds = () => Promise.resolve();
const fails = () => Promise.reject(new Error('the database is away'));

describe('repeat', () => {
  it('asks for the interval after each round', async () => {
    const intervals = [1, 2, 3];
    expect(await pausesOf([succeeds, succeeds, succeeds], () => intervals.shift()!)).toEqual([1, 2, 3]);
  });

  it('goes on after a failure, later with each one in a row but never much later, and at its pace after a success', async () => {
    const pauses = await pausesOf([...Array.from({ length: 12 }, () => fails), succeeds, fails]);
    // Between half and all of 100, 200, 400 … and at most 2,000 ms.
    for (const [index, pauseMs] of pauses.slice(0, 12).entries()) {
      const ceilingMs = Math.min(100 * 2 ** index, 2_000);
      expect(pauseMs).toBeGreaterThanOrEqual(ceilingMs / 2);
      expect(pauseMs).toBeLessThanOrEqual(ceilingMs);
    }
    expect(pauses[12]).toBe(100);
    expect(pauses[13]).toBeLessThanOrEqual(100);
  });

  it('never runs two rounds at once, and resolves when the one under way has ended', async () => {
    const stop = new AbortController();
    let [running, runningMax, ended] = [0, 0, 0];
    await repeat({
      name: 'test',
      intervalMs: () => 0,
      round: async () => {
        runningMax = Math.max(runningMax, ++running);
        if (ended === 2) stop.abort();
        await new Promise(setImmediate);
        running -= 1;
        ended += 1;
      },
      clock: { sleep: () => Promise.resolve() },
      logger,
      signal: stop.signal,
    });
    expect({ running, runningMax, ended }).toEqual({ running: 0, runningMax: 1, ended: 3 });
  });

  it('does nothing once it is told to stop', async () => {
    let rounds = 0;
    await repeat({
      name: 'test',
      intervalMs: () => 0,
      round: () => {
        rounds += 1;
        return Promise.resolve();
      },
      clock: { sleep: () => Promise.resolve() },
      logger,
      signal: AbortSignal.abort(),
    });
    expect(rounds).toBe(0);
  });
});
