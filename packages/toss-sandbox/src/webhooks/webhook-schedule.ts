const minuteMs = 60_000;

/** Documented: up to seven retries, 1, 4, 16, 64, 256, 1024 and 4096 minutes after the attempt before. */
export const webhookRetryLimit = 7;

/** How long after the failed attempt number `retriedCount` (0 is the first) the next one is due; undefined: never. */
export function webhookRetryDelayMs(retriedCount: number): number | undefined {
  return retriedCount < webhookRetryLimit ? 4 ** retriedCount * minuteMs : undefined;
}
