import { FakeClock } from '@koosco/payment-application/testing';
import { type PartitionLag, type PartitionProgress } from '@koosco/payment-kafka';
import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../test/silent-logger';
import { ConsumerStuck, watchProgress } from './progress-watch';

const LOOK_MS = 10_000;

/** Watches a consumer of two partitions that the test moves; `looks` lets that many looks pass. */
function watched() {
  const clock = new FakeClock();
  const abort = new AbortController();
  const verdicts: string[] = [];
  const found: (readonly PartitionLag[] | null)[] = [];
  const now = () => clock.now().getTime();
  const lanes = [0, 1].map((partition) => ({ partition, lag: 0n, handledAt: now(), triedAt: now() }));
  let isBrokerAway = false;
  const progressOf = ({ partition, handledAt, triedAt }: (typeof lanes)[number]): PartitionProgress => ({
    topic: 'orders',
    partition,
    idleMs: now() - handledAt,
    quietMs: now() - Math.max(handledAt, triedAt),
    batch: null,
  });
  const ended = watchProgress({
    partitions: () => lanes.map(progressOf),
    lag: () =>
      isBrokerAway
        ? Promise.reject(new Error('the broker is away'))
        : Promise.resolve(lanes.map(({ partition, lag }) => ({ topic: 'orders', partition, lag, next: 0n }))),
    onLook: (lags) => found.push(lags),
    clock,
    logger: silentLogger,
    signal: abort.signal,
  }).catch((error: unknown) => {
    if (!(error instanceof ConsumerStuck)) throw error;
    verdicts.push(error.message);
  });
  return {
    verdicts,
    found,
    ended,
    stop: () => abort.abort(new Error('stop')),
    waiting: (...lags: bigint[]) => lags.forEach((lag, index) => (lanes[index]!.lag = lag)),
    handle: (...partitions: number[]) => partitions.forEach((of) => (lanes[of]!.handledAt = now())),
    fail: (...partitions: number[]) => partitions.forEach((of) => (lanes[of]!.triedAt = now())),
    brokerIs: (state: 'away' | 'back') => (isBrokerAway = state === 'away'),
    /** `between` is what the consumer does before each of them. */
    async looks(count: number, between: () => void = () => undefined) {
      for (let look = 0; look < count; look += 1) {
        between();
        await clock.advance(LOOK_MS);
      }
    },
  };
}

describe('watchProgress', () => {
  it('tells once of a partition that nothing is heard of for a minute while records wait in it, and ends', async () => {
    const { looks, waiting, handle, verdicts, ended } = watched();
    waiting(3n, 5n);
    // The other one goes well meanwhile: it is of no help to this one.
    await looks(6, () => handle(0));
    expect(verdicts).toEqual([]);
    await looks(1, () => handle(0));
    expect(verdicts).toEqual(['nothing is heard of partition orders/1 for 70 s while records wait in it']);
    await ended;
  });

  it('leaves a partition that fails again and again alone while another goes on, or has nothing to do', async () => {
    const { looks, waiting, handle, fail, verdicts } = watched();
    waiting(3n, 5n);
    await looks(100, () => {
      fail(0);
      handle(1);
    });
    waiting(3n, 0n);
    await looks(100, () => fail(0));
    expect(verdicts).toEqual([]);
  });

  it('takes no try for progress: when every partition only fails for five minutes, it tells', async () => {
    const { looks, waiting, fail, verdicts } = watched();
    waiting(3n, 5n);
    await looks(30, () => fail(0, 1));
    expect(verdicts).toEqual([]);
    await looks(1, () => fail(0, 1));
    expect(verdicts).toEqual(['no progress in any partition for 310 s while records wait in all of them']);
  });

  it('does not mind a quiet hour, nor the record that ends it', async () => {
    const { looks, waiting, verdicts } = watched();
    await looks(360);
    // It has arrived this moment and is still on its way to the consumer.
    waiting(1n, 0n);
    await looks(1);
    waiting(0n, 0n);
    await looks(1);
    expect(verdicts).toEqual([]);
  });

  it('does not mind a backlog that never ends, as long as it is worked on', async () => {
    const { looks, waiting, handle, verdicts } = watched();
    waiting(1_000_000n, 1_000_000n);
    for (let round = 0; round < 20; round += 1) {
      await looks(5);
      handle(0, 1);
    }
    expect(verdicts).toEqual([]);
  });

  it('gives the consumer a minute after an outage of the broker', async () => {
    const { looks, waiting, brokerIs, verdicts } = watched();
    waiting(1n, 0n);
    await looks(5);
    brokerIs('away');
    await looks(30);
    brokerIs('back');
    await looks(6);
    expect(verdicts).toEqual([]);
    await looks(1);
    expect(verdicts).toHaveLength(1);
  });

  it('passes on what each look has found', async () => {
    const { looks, waiting, brokerIs, found } = watched();
    waiting(2n, 0n);
    await looks(1);
    brokerIs('away');
    await looks(1);
    expect(found).toEqual([
      [
        { topic: 'orders', partition: 0, lag: 2n, next: 0n },
        { topic: 'orders', partition: 1, lag: 0n, next: 0n },
      ],
      null,
    ]);
  });

  it('ends when the worker stops', async () => {
    const { stop, ended, verdicts } = watched();
    stop();
    await ended;
    expect(verdicts).toEqual([]);
  });
});
