import { type Clock } from '@koosco/payment-application';
import { type PartitionLag, partitionName, type PartitionProgress } from '@koosco/payment-kafka';
import { type GaugeSample, type Metrics } from '@koosco/payment-telemetry';

type PartitionSample = GaugeSample<'topic' | 'partition'>;

const labelNames = ['topic', 'partition'] as const;

/**
 * What an operator sees of each partition that this worker has. A partition shows up at the worker that has it and
 * nowhere else, so over all workers they are to be summed, or their maximum taken.
 */
export class PartitionMetrics {
  #lags: readonly PartitionLag[] = [];
  /** When a partition was last seen with nothing waiting, or else first seen: what waits has arrived since. */
  readonly #drainedAt = new Map<string, number>();

  constructor(
    metrics: Metrics,
    private readonly partitions: () => readonly PartitionProgress[],
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    metrics.gauge(
      {
        name: 'kafka_consumer_partition_lag_records',
        help: 'Records that wait, as of the last look; absent while the broker does not tell',
        labelNames,
      },
      () => this.#waiting(({ lag }) => Number(lag)),
    );
    metrics.gauge(
      {
        name: 'kafka_consumer_partition_oldest_record_age_seconds',
        help: 'Age of the oldest record that is not handled yet; 0 when none waits',
        labelNames,
      },
      () => this.#waiting((lag) => this.#oldestAgeMs(lag) / 1_000),
    );
    metrics.gauge(
      {
        name: 'kafka_consumer_partition_stuck_seconds',
        help: 'For how long the partition has been at one batch, whatever was tried; 0 between batches',
        labelNames,
      },
      () => this.partitions().map((of) => sample(of, (of.batch?.underWayMs ?? 0) / 1_000)),
    );
  }

  /** @param lags null while they cannot be read. */
  look(lags: readonly PartitionLag[] | null): void {
    this.#lags = lags ?? [];
    const now = this.clock.now().getTime();
    for (const of of this.#lags) {
      const name = partitionName(of);
      if (of.lag === 0n || !this.#drainedAt.has(name)) this.#drainedAt.set(name, now);
    }
  }

  #waiting(valueOf: (lag: PartitionLag) => number): PartitionSample[] {
    const own = new Set(this.partitions().map(partitionName));
    return this.#lags.filter((of) => own.has(partitionName(of))).map((of) => sample(of, valueOf(of)));
  }

  #oldestAgeMs(of: PartitionLag): number {
    if (of.lag === 0n) return 0;
    const batch = this.partitions().find((progress) => partitionName(progress) === partitionName(of))?.batch;
    // A record without a timestamp says -1, and 0 is nobody's honest time.
    const isDated = batch !== undefined && batch !== null && batch.timestampMs > 0;
    const now = this.clock.now().getTime();
    const since = isDated ? batch.timestampMs : (this.#drainedAt.get(partitionName(of)) ?? now);
    return Math.max(0, now - since);
  }
}

function sample({ topic, partition }: { topic: string; partition: number }, value: number): PartitionSample {
  return { labels: { topic, partition }, value };
}
