export interface BackOff {
  /** Delay after the first failure; it doubles with every further one. */
  readonly retryDelayMs: number;
  readonly retryDelayMsMax: number;
}

/**
 * How long to wait after the given number of failures in a row (1 or more): between half and all of the doubled delay,
 * so that workers that failed together do not return together. `random` is in [0, 1).
 */
export function backOffDelayMs(backOff: BackOff, failures: number, random: number): number {
  const ceilingMs = Math.min(backOff.retryDelayMsMax, backOff.retryDelayMs * 2 ** (failures - 1));
  return ceilingMs * (0.5 + random / 2);
}
