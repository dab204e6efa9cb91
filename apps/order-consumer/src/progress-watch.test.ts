import { FakeClock } from '@koosco/payment-application/testing';
import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../test/silent-logger';
import { watchProgress } from './progress-watch';

const LOOK_MS = 10_000;

/** Watches a consumer that the test moves; `looks` lets that many looks pass. */
function watched() {
  const clock = new FakeClock();
  const abort = new AbortController();
  const verdicts: string[] = [];
  let activeAt = clock.now().getTime();
  let lag: () => Promise<bigint> = () => Promise.resolve(0n);
  const ended = watchProgress({
    idleMs: () => clock.now().getTime() - activeAt,
    lag: () => lag(),
    clock,
    logger: silentLogger,
    signal: abort.signal,
    onStuck: (message) => verdicts.push(message),
  });
  return {
    verdicts,
    ended,
    stop: () => abort.abort(new Error('stop')),
    act: () => (activeAt = clock.now().getTime()),
    waiting: (records: bigint) => (lag = () => Promise.resolve(records)),
    brokerAway: () => (lag = () => Promise.reject(new Error('the broker is away'))),
    async looks(count: number) {
      for (let look = 0; look < count; look += 1) await clock.advance(LOOK_MS);
    },
  };
}

describe('watchProgress', () => {
  it('tells once of a consumer that does nothing for a minute while records wait, and ends', async () => {
    const { looks, waiting, verdicts, ended } = watched();
    waiting(3n);
    await looks(6);
    expect(verdicts).toEqual([]);
    await looks(1);
    expect(verdicts).toEqual(['no progress for 70 s while 3 records wait']);
    await ended;
  });

  it('does not mind a quiet hour, nor the record that ends it', async () => {
    const { looks, waiting, verdicts } = watched();
    await looks(360);
    // It has arrived this moment and is still on its way to the consumer.
    waiting(1n);
    await looks(1);
    waiting(0n);
    await looks(1);
    expect(verdicts).toEqual([]);
  });

  it('does not mind a backlog that never ends, as long as something is done about it', async () => {
    const { looks, waiting, act, verdicts } = watched();
    waiting(1_000_000n);
    for (let round = 0; round < 20; round += 1) {
      await looks(5);
      act();
    }
    expect(verdicts).toEqual([]);
  });

  it('gives the consumer a minute after an outage of the broker', async () => {
    const { looks, waiting, brokerAway, verdicts } = watched();
    waiting(1n);
    await looks(5);
    brokerAway();
    await looks(30);
    waiting(1n);
    await looks(6);
    expect(verdicts).toEqual([]);
    await looks(1);
    expect(verdicts).toHaveLength(1);
  });

  it('ends when the worker stops', async () => {
    const { stop, ended, verdicts } = watched();
    stop();
    await ended;
    expect(verdicts).toEqual([]);
  });
});
