import { setTimeout as delay } from 'node:timers/promises';

/** The time of this machine. */
export const systemClock = {
  now(): Date {
    return new Date();
  },
  elapsedMs(): number {
    return performance.now();
  },
  /** Rejects with the signal's reason when it is aborted before `durationMs` have passed. */
  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    try {
      await delay(durationMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
