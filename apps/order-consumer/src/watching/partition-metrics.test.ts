import { FakeClock } from '@koosco/payment-application/testing';
import { type PartitionProgress } from '@koosco/payment-kafka';
import { Metrics } from '@koosco/payment-telemetry';
import { describe, expect, it } from '@jest/globals';
import { PartitionMetrics } from './partition-metrics';

const progress = (partition: number, batch: PartitionProgress['batch'] = null): PartitionProgress => ({
  topic: 'orders',
  partition,
  idleMs: 0,
  quietMs: 0,
  batch,
});

function watched() {
  const clock = new FakeClock();
  const metrics = new Metrics('order-consumer');
  let partitions = [progress(0), progress(1)];
  const partitionMetrics = new PartitionMetrics(metrics, () => partitions, clock);
  return {
    clock,
    has: (...those: PartitionProgress[]) => (partitions = those),
    look: (...lags: bigint[]) =>
      partitionMetrics.look(lags.map((lag, partition) => ({ topic: 'orders', partition, lag, next: 0n }))),
    lookInVain: () => partitionMetrics.look(null),
    /** By partition. */
    async shown(name: 'lag_records' | 'oldest_record_age_seconds' | 'stuck_seconds') {
      const metric = await metrics.registry.getSingleMetric(`kafka_consumer_partition_${name}`)!.get();
      return Object.fromEntries(metric.values.map(({ labels, value }) => [String(labels['partition']), value]));
    },
  };
}

describe('PartitionMetrics', () => {
  it('shows the lag of each partition that the worker has, and none that it cannot know', async () => {
    const { has, look, lookInVain, shown } = watched();
    look(3n, 0n);
    expect(await shown('lag_records')).toEqual({ 0: 3, 1: 0 });
    has(progress(1));
    expect(await shown('lag_records')).toEqual({ 1: 0 });
    lookInVain();
    expect(await shown('lag_records')).toEqual({});
  });

  it('takes the age of the oldest record from the batch under way, or from when nothing waited', async () => {
    const { clock, has, look, shown } = watched();
    look(0n, 0n);
    await clock.advance(10_000);
    look(1n, 0n);
    await clock.advance(20_000);
    expect(await shown('oldest_record_age_seconds')).toEqual({ 0: 30, 1: 0 });

    const batch = { firstOffset: '7', underWayMs: 5_000, failures: 2 };
    has(progress(0, { ...batch, timestampMs: clock.now().getTime() - 3_600_000 }), progress(1));
    expect(await shown('oldest_record_age_seconds')).toEqual({ 0: 3_600, 1: 0 });
    // What a producer says of the time may be nonsense.
    has(progress(0, { ...batch, timestampMs: -1 }), progress(1));
    expect(await shown('oldest_record_age_seconds')).toEqual({ 0: 30, 1: 0 });
    has(progress(0, { ...batch, timestampMs: clock.now().getTime() + 1 }), progress(1));
    expect(await shown('oldest_record_age_seconds')).toEqual({ 0: 0, 1: 0 });
  });

  it('shows for how long a partition has been at one batch', async () => {
    const { has, shown } = watched();
    has(progress(0, { firstOffset: '7', timestampMs: 0, underWayMs: 90_000, failures: 25 }), progress(1));
    expect(await shown('stuck_seconds')).toEqual({ 0: 90, 1: 0 });
  });
});
