export interface BreakerLimits {
  /** How many calls in a row must fail before it opens. */
  readonly failures: number;
  /** The longest pause between two trial calls; the first pauses are shorter. */
  readonly pauseMs: number;
}

const FIRST_PAUSE_MS = 250;

/**
 * Keeps calls from a server that is down. While it is open, single calls try again, after a pause that doubles with
 * each: a short restart is noticed at once, a long outage costs little. A trial does not wait for the one before it,
 * which may hang until its deadline, and the first call that comes back well closes the breaker, whenever it began.
 */
export class Breaker {
  #failuresInARow = 0;
  /** Null while closed. */
  #open: { pauseMs: number; nextTrialAtMs: number } | null = null;

  /** @param nowMs a clock that only goes forward. */
  constructor(
    private readonly limits: BreakerLimits,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** Whether a call may leave now. While open, a yes makes it the trial, and the next one waits longer. */
  mayCall(): boolean {
    const open = this.#open;
    if (open === null) return true;
    if (this.nowMs() < open.nextTrialAtMs) return false;
    this.#pause(open.pauseMs * 2);
    return true;
  }

  /** How a call that was let through came out. */
  heard(outcome: 'well' | 'failed'): void {
    if (outcome === 'well') {
      this.#failuresInARow = 0;
      this.#open = null;
      return;
    }
    this.#failuresInARow += 1;
    if (this.#open === null && this.#failuresInARow >= this.limits.failures) this.#pause(FIRST_PAUSE_MS);
  }

  #pause(wantedMs: number): void {
    const pauseMs = Math.min(wantedMs, this.limits.pauseMs);
    this.#open = { pauseMs, nextTrialAtMs: this.nowMs() + pauseMs };
  }
}
