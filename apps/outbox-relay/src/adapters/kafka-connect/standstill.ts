/**
 * How long the same row has been the oldest one pending. Told by this process's own observations, never by comparing
 * the database's clock with ours. A row that will never be published must not lead to restarts for ever: patience
 * doubles each time it has run out over the same row.
 */
export class Standstill {
  #oldest: number | null = null;
  #since: number | null = null;
  #patienceMs: number;

  constructor(private readonly patienceMsMin: number) {
    this.#patienceMs = patienceMsMin;
  }

  /** Something else explains why nothing moves just now: the time until the next observation does not count. */
  pause(): void {
    this.#since = null;
  }

  /** @returns true when patience has just run out; from then on it lasts twice as long. */
  isTooLong(oldestCreatedAt: Date | null, now: Date): boolean {
    const oldest = oldestCreatedAt?.getTime() ?? null;
    if (oldest !== this.#oldest) {
      this.#oldest = oldest;
      this.#since = null;
      this.#patienceMs = this.patienceMsMin;
    }
    this.#since ??= now.getTime();
    if (oldest === null || now.getTime() - this.#since < this.#patienceMs) return false;
    this.#since = null;
    this.#patienceMs = Math.min(this.#patienceMs * 2, PATIENCE_MS_MAX);
    return true;
  }
}

/** A restart costs events about two seconds; once in this time nobody notices. */
const PATIENCE_MS_MAX = 600_000;
