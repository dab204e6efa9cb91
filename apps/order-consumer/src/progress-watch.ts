import { type Clock } from '@koosco/payment-application';
import { type Logger } from '@koosco/payment-observability';

export interface ProgressWatchOptions {
  /** Milliseconds since the consumer last did anything. */
  readonly idleMs: () => number;
  /** Records waiting for this consumer; throws while the broker is away. */
  readonly lag: () => Promise<bigint>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Told once; the process should end, so that its supervisor starts a fresh one. */
  readonly onStuck: (message: string) => void;
}

const LOOK_INTERVAL_MS = 10_000;
/** Well over a session timeout and a rebalance, in which a healthy consumer is quiet although records wait. */
const STUCK_AFTER_MS = 60_000;

/**
 * kafkajs can end up alive but idle. A worker for which records wait and that does nothing about them for a minute is
 * stuck, whatever it says. Both must last: a record that arrives after a quiet hour finds a healthy worker idle. A batch
 * that is tried again and again during an outage counts as doing something.
 */
export async function watchProgress(options: ProgressWatchOptions): Promise<void> {
  const { idleMs, lag, clock, logger, signal, onStuck } = options;
  const look = () =>
    clock.sleep(LOOK_INTERVAL_MS, signal).then(
      () => true,
      () => false,
    );
  for (let waitingMs = 0; await look();) {
    try {
      const waiting = await lag();
      waitingMs = waiting > 0n ? waitingMs + LOOK_INTERVAL_MS : 0;
      // The first look that finds records cannot tell for how long they have been there.
      if (waitingMs > STUCK_AFTER_MS && idleMs() >= STUCK_AFTER_MS) {
        onStuck(`no progress for ${Math.round(idleMs() / 1_000)} s while ${waiting} records wait`);
        return;
      }
    } catch (error) {
      // After an outage of the broker the consumer needs time of its own to come back.
      waitingMs = 0;
      logger.warn({ err: error }, 'the lag cannot be read');
    }
  }
}
