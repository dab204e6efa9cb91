import { partitionName, type PartitionProgress } from '@koosco/payment-kafka';
import { type HealthCheckResult } from '@koosco/payment-worker';

/** Several times what the largest batch takes, and a few failed tries. */
const STUCK_AFTER_MS = 10_000;

/**
 * Readiness of the consumer: DOWN while it is in no group, and when every partition it has is stuck. With one that goes
 * on, or has nothing to do, it is UP and says which are stuck: whoever acts on a DOWN would hurt the others.
 *
 * @param partitions null while the consumer is in no group.
 */
export function consumerHealth(partitions: readonly PartitionProgress[] | null): HealthCheckResult {
  if (partitions === null) return { status: 'DOWN' };
  const stuck = partitions.filter(({ batch }) => batch !== null && batch.underWayMs >= STUCK_AFTER_MS);
  if (stuck.length === 0) return { status: 'UP', details: { partitions: partitions.length, stuck: 0 } };
  const longestMs = Math.max(...stuck.map(({ batch }) => batch?.underWayMs ?? 0));
  return {
    status: stuck.length < partitions.length ? 'UP' : 'DOWN',
    details: {
      partitions: partitions.length,
      stuck: stuck.length,
      stuckPartitions: stuck.map(partitionName).join(' '),
      stuckSeconds: Math.round(longestMs / 1_000),
    },
  };
}
