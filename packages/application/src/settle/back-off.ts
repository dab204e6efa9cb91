/** A wait that doubles with every further time. */
export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** About as long as a breaker pauses. What our own limits held back is not a failed question, and backs off no further. */
export const HELD_BACK_MS = 2_000;

/** How long to wait after it was in vain for so many `times` before. */
export function backedOffMs({ firstMs, maxMs }: BackOff, times: number): number {
  // Past 2^20 any first delay is beyond any maximum, and past 2^1023 a double is not a number of milliseconds.
  return Math.min(firstMs * 2 ** Math.min(times, 20), maxMs);
}
