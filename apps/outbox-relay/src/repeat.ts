import { type Clock } from '@koosco/payment-application';
import { type Logger } from '@koosco/payment-observability';

export interface Repetition {
  readonly name: string;
  readonly intervalMs: number;
  /** What it throws is logged, and the next round comes all the same. */
  readonly round: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Runs `round` after `round`, never two at once, until the signal aborts; resolves when the last one has ended. */
export async function repeat({ name, intervalMs, round, clock, logger, signal }: Repetition): Promise<void> {
  while (!signal.aborted) {
    try {
      await round();
    } catch (error) {
      logger.warn({ err: error, round: name }, `${name} failed; it is tried again`);
    }
    await clock.sleep(intervalMs, signal).catch(() => undefined);
  }
}
