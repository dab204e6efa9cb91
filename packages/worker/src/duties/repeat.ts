import { type Logger } from '@koosco/payment-telemetry';
import { backOffDelayMs } from './back-off';
import { systemClock } from '../system-clock';

export interface Repetition {
  readonly name: string;
  /** From the end of a round to the beginning of the next, asked anew each time. */
  readonly intervalMs: () => number;
  /** What it throws is logged, and the next round comes all the same, a little later with every failure in a row. */
  readonly round: () => Promise<void>;
  /** This machine's unless told. */
  readonly clock?: Pick<typeof systemClock, 'sleep'>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Runs `round` after `round`, never two at once, until the signal aborts; resolves when the last one has ended. */
export async function repeat(repetition: Repetition): Promise<void> {
  const { name, intervalMs, round, clock = systemClock, logger, signal } = repetition;
  const isStopping = () => signal.aborted;
  for (let failures = 0; !isStopping();) {
    try {
      await round();
      failures = 0;
    } catch (error) {
      // A round that is given up because everything stops has not failed.
      if (isStopping()) return;
      failures += 1;
      logger.warn({ err: error, round: name, failures }, `${name} failed; it is tried again`);
    }
    await clock.sleep(delayMs(intervalMs(), failures), signal).catch(() => undefined);
  }
}

/** An outage is looked at less and less often, but what comes back is at work within 5 s: after this, and what it takes itself. */
const DELAY_MS_MAX = 2_000;

function delayMs(intervalMs: number, failures: number): number {
  if (failures === 0) return intervalMs;
  return backOffDelayMs({ retryDelayMs: intervalMs, retryDelayMsMax: DELAY_MS_MAX }, failures, Math.random());
}
