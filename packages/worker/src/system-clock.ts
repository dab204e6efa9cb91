/** The time of this machine. */
export const systemClock = {
  now(): Date {
    return new Date();
  },
  elapsedMs(): number {
    return performance.now();
  },
  /**
   * Rejects with the signal's reason when it is aborted before `durationMs` have passed. Not by `node:timers/promises`, which makes an
   * error of its own, with its stack, to say so: every confirm that is alone ends such a sleep.
   */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const giveUp = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      }, durationMs);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  },
};
