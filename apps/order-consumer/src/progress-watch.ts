import { type Clock } from '@koosco/payment-application';
import { type Logger } from '@koosco/payment-observability';

export interface ProgressWatchOptions {
  /** Milliseconds since the consumer last did anything. */
  readonly idleMs: () => number;
  /** Records waiting; throws while the broker is away. */
  readonly lag: () => Promise<bigint>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Told once; the process should end, so that its supervisor starts a fresh one. */
  readonly onStuck: (message: string) => void;
}

const LOOK_INTERVAL_MS = 10_000;
/** Well over a session timeout and a rebalance, in which a healthy consumer is quiet although records wait. */
const IDLE_MS_MAX = 60_000;

/**
 * kafkajs can end up alive but idle. A worker to which records keep coming and that does nothing about them for a minute
 * is stuck, whatever it says. A batch that is tried again and again during an outage counts as doing something.
 */
export async function watchProgress(options: ProgressWatchOptions): Promise<void> {
  const { idleMs, lag, clock, logger, signal, onStuck } = options;
  const look = () =>
    clock.sleep(LOOK_INTERVAL_MS, signal).then(
      () => true,
      () => false,
    );
  while (await look()) {
    if (idleMs() < IDLE_MS_MAX) continue;
    try {
      const waiting = await lag();
      if (waiting > 0n && idleMs() >= IDLE_MS_MAX) {
        onStuck(`no progress for ${Math.round(idleMs() / 1_000)} s while ${waiting} records wait`);
        return;
      }
    } catch (error) {
      logger.warn({ err: error }, 'the lag cannot be read');
    }
  }
}
