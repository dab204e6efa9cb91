import { setTimeout as delay } from 'node:timers/promises';
import { backOffDelayMs } from './back-off';
import { type Logger } from '@koosco/payment-telemetry';

export interface WaitForOptions<T> {
  /** What is waited for, as the log names it: `database`, `kafka`. */
  readonly name: string;
  /** One try. `signal` is the one below, for tries that can be interrupted. */
  readonly attempt: (signal: AbortSignal) => Promise<T>;
  /** Ends the wait: `lifecycle.signal`. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Delay after the first failed try; doubles up to `retryDelayMsMax`. */
  readonly retryDelayMs?: number;
  /** A second unless told: whoever waits for the worker, too, waits that much longer for it. */
  readonly retryDelayMsMax?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

// Often enough to see that the worker lives and what it lacks; seldom enough not to bury the log of an outage.
const LOG_INTERVAL_MS = 10_000;

/**
 * Tries until a try succeeds and returns its result: a worker starts before its dependencies and waits for them. Every
 * failure is retried, whatever its reason. Rejects only when `signal` aborts, with its reason, at once even in the
 * middle of a try.
 */
export async function waitFor<T>(options: WaitForOptions<T>): Promise<T> {
  const { name, attempt, signal, logger, retryDelayMs = 200, retryDelayMsMax = 1_000 } = options;
  const now = options.now ?? (() => performance.now());
  let loggedAt = -Infinity;
  for (let failures = 0; ;) {
    try {
      const result = await unlessAborted(signal, attempt);
      if (failures > 0) logger.info({ waitedFor: name, failures }, `${name} is there`);
      return result;
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      if (now() - loggedAt >= LOG_INTERVAL_MS) {
        loggedAt = now();
        logger.warn({ waitingFor: name, failures, err: error }, `waiting for ${name}`);
      }
    }
    const delayMs = backOffDelayMs({ retryDelayMs, retryDelayMsMax }, failures, Math.random());
    await unlessAborted(signal, () => delay(delayMs, undefined, { signal }));
  }
}

async function unlessAborted<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const finished = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const abandon = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abandon, { once: true, signal: finished.signal });
  });
  try {
    return await Promise.race([work(signal), aborted]);
  } finally {
    finished.abort();
  }
}
