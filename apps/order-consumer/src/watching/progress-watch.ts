import { type Clock } from '@koosco/payment-application';
import { type PartitionLag, partitionName, type PartitionProgress } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';

export interface ProgressWatchOptions {
  /** The partitions of this consumer. */
  readonly partitions: () => readonly PartitionProgress[];
  /** Records waiting in each of them; throws while the broker is away. */
  readonly lag: () => Promise<readonly PartitionLag[]>;
  /** Told what each look has found; null while it cannot be known. */
  readonly onLook: (lags: readonly PartitionLag[] | null) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** The process should end, so that its supervisor starts a fresh one. */
export class ConsumerStuck extends Error {
  override readonly name = 'ConsumerStuck';
}

const LOOK_INTERVAL_MS = 10_000;
/** Well over a session timeout and a rebalance, in which a healthy consumer is quiet although records wait. */
const SILENT_AFTER_MS = 60_000;
/** Outages that a worker sits out by itself are shorter as a rule. */
const ALL_STUCK_AFTER_MS = 300_000;

/**
 * kafkajs can end up alive but idle. A worker is stuck, whatever it says, when a fresh process is all that is left:
 *
 * - For a minute records wait in a partition and nothing is heard of it, neither that a batch was handled nor that a
 *   try failed. It is lost on this consumer, however well the other partitions go.
 * - For five minutes records wait in every partition of it and none was handled. A try that fails is no progress. One
 *   partition that goes on, or has nothing to do, is enough to stay: to end would hurt that one and mend none.
 *
 * Both must last: a record that arrives after a quiet hour finds a healthy worker idle.
 *
 * Resolves when the signal aborts.
 * @throws ConsumerStuck
 */
export async function watchProgress(options: ProgressWatchOptions): Promise<void> {
  const { partitions, lag, onLook, clock, logger, signal } = options;
  const look = () =>
    clock.sleep(LOOK_INTERVAL_MS, signal).then(
      () => true,
      () => false,
    );
  let waitingMs: ReadonlyMap<string, number> = new Map();
  while (await look()) {
    let lags: readonly PartitionLag[] | null = null;
    try {
      lags = await lag();
    } catch (error) {
      logger.warn({ err: error }, 'the lag cannot be read');
    }
    onLook(lags);
    // After an outage of the broker the consumer needs time of its own to come back, so this begins anew.
    waitingMs = waitingLonger(waitingMs, lags ?? []);
    const verdict = verdictOn(partitions(), waitingMs);
    if (verdict !== null) throw new ConsumerStuck(verdict);
  }
}

/** For how long records have been seen waiting in each partition. The first look that finds some cannot tell. */
function waitingLonger(before: ReadonlyMap<string, number>, lags: readonly PartitionLag[]): Map<string, number> {
  const waiting = lags.filter(({ lag }) => lag > 0n).map(partitionName);
  return new Map(waiting.map((name) => [name, (before.get(name) ?? 0) + LOOK_INTERVAL_MS]));
}

function verdictOn(partitions: readonly PartitionProgress[], waitingMs: ReadonlyMap<string, number>): string | null {
  const waits = (of: PartitionProgress, forMs: number) => (waitingMs.get(partitionName(of)) ?? 0) > forMs;
  const silent = partitions.find((of) => waits(of, SILENT_AFTER_MS) && of.quietMs >= SILENT_AFTER_MS);
  if (silent !== undefined) {
    return `nothing is heard of partition ${partitionName(silent)} for ${seconds(silent.quietMs)} while records wait in it`;
  }
  const isStuck = (of: PartitionProgress) => waits(of, ALL_STUCK_AFTER_MS) && of.idleMs >= ALL_STUCK_AFTER_MS;
  if (partitions.length > 0 && partitions.every(isStuck)) {
    const idleMs = Math.min(...partitions.map((of) => of.idleMs));
    return `no progress in any partition for ${seconds(idleMs)} while records wait in all of them`;
  }
  return null;
}

const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;
