/**
 * A connector that was registered, or has forgotten its place, goes on from the end of the binary log, and never brings what was
 * committed before. It has begun when a canary came back that was committed since. This process remembers it alone: what nobody
 * remembers any more is found as every missed row is, only later.
 */
export class Beginning {
  /** By this process's clock. */
  #sinceMs: number | null = null;

  get isUnderWay(): boolean {
    return this.#sinceMs !== null;
  }

  begin(now: Date): void {
    this.#sinceMs = now.getTime();
  }

  /** No canary has ever come back, so that any will do. */
  mustHaveBegun(): void {
    this.#sinceMs ??= -Infinity;
  }

  /** Whether a canary is the first sign of what has begun. Ages are compared, never the database's clock with ours. */
  isShownBy(canaryAgeMs: number, now: Date): boolean {
    return this.#sinceMs !== null && canaryAgeMs < now.getTime() - this.#sinceMs;
  }

  end(): void {
    this.#sinceMs = null;
  }
}
