import { type PartitionProgress } from '@koosco/payment-kafka';
import { describe, expect, it } from '@jest/globals';
import { consumerHealth } from './consumer-health';

/** A partition that has been at one batch for that long, or is at none. */
const partition = (number: number, underWayMs: number | null = null): PartitionProgress => ({
  topic: 'orders',
  partition: number,
  idleMs: 0,
  quietMs: 0,
  batch: underWayMs === null ? null : { firstOffset: '0', timestampMs: 0, underWayMs, failures: 3 },
});

describe('consumerHealth', () => {
  it('is DOWN while the consumer is in no group', () => {
    expect(consumerHealth(null)).toEqual({ status: 'DOWN' });
  });

  it('is UP with no partition, as a worker more than there are partitions has it, and while batches pass', () => {
    expect(consumerHealth([])).toEqual({ status: 'UP', details: { partitions: 0, stuck: 0 } });
    expect(consumerHealth([partition(0), partition(1, 9_999)])).toMatchObject({ status: 'UP', details: { stuck: 0 } });
  });

  it('is UP and names the partitions that are stuck while another is not', () => {
    expect(consumerHealth([partition(0), partition(3, 65_000), partition(5, 10_000)])).toEqual({
      status: 'UP',
      details: { partitions: 3, stuck: 2, stuckPartitions: 'orders/3 orders/5', stuckSeconds: 65 },
    });
  });

  it('is DOWN when every partition is stuck', () => {
    expect(consumerHealth([partition(0, 10_000), partition(1, 20_000)])).toMatchObject({
      status: 'DOWN',
      details: { stuck: 2 },
    });
  });
});
