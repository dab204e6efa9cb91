/** Long enough for a connector that was just given a configuration to begin and to bring a canary. */
const PAUSE_MS_MIN = 10_000;
/** How long the last release's configuration stays, at most, when its last relay is gone. */
const PAUSE_MS_MAX = 300_000;

/**
 * How soon a configuration is put again that somebody replaces each time: a relay of another version beside this one, while a
 * release takes the place of another. A connector that begins anew every few seconds brings nothing to Kafka.
 */
export class Insistence {
  #putAt: number | null = null;
  #pauseMs = PAUSE_MS_MIN;

  /** Whether to put it now; then that counts as done. */
  mayPut(now: Date): boolean {
    const stoodMs = this.#putAt === null ? Infinity : now.getTime() - this.#putAt;
    if (stoodMs < this.#pauseMs) return false;
    // What stood for that long was not fought over: whoever has replaced it is somebody else.
    this.#pauseMs = stoodMs > 2 * PAUSE_MS_MAX ? PAUSE_MS_MIN : Math.min(2 * this.#pauseMs, PAUSE_MS_MAX);
    this.#putAt = now.getTime();
    return true;
  }
}
