/**
 * How long nothing has arrived although everything says it runs. Told by this process's own observations, never by comparing the
 * database's clock with ours.
 */
export class Standstill {
  #newest: number | null = null;
  #since: number | null = null;

  constructor(readonly patienceMs: number) {}

  /** Something else explains why nothing moves just now: the time before the next observation does not count. */
  pause(): void {
    this.#since = null;
  }

  /**
   * @param arrivedAt the newest thing that has arrived; as long as it moves, however old it is, something does.
   * @returns ms
   */
  lastsFor(arrivedAt: Date | null, now: Date): number {
    const newest = arrivedAt?.getTime() ?? null;
    if (newest !== this.#newest) this.#since = null;
    this.#newest = newest;
    this.#since ??= now.getTime();
    return now.getTime() - this.#since;
  }
}
