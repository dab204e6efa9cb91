import { setTimeout as delay } from 'node:timers/promises';

/**
 * The time for which partitions are this member's: from joining the group until it joins again or leaves. Whoever works
 * on a partition does it within a tenure.
 */
export class Tenure {
  readonly #ending = new AbortController();
  readonly #work = new Set<Promise<unknown>>();
  #isOver = false;
  #heartbeat: () => Promise<void> = () => Promise.resolve();

  /** Aborts when the partitions are asked back: nothing new begins, and nothing is tried again. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** Others may have the partitions: nothing may be committed for them any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Counts work in until it settles; it must not reject. */
  add(work: Promise<unknown>, heartbeat: () => Promise<void>): void {
    this.#heartbeat = heartbeat;
    this.#work.add(work);
    void work.then(() => this.#work.delete(work));
  }

  /** Waits for the work under way, keeping the member in its group meanwhile, as long as the group waits for a member. */
  async end(options: { readonly waitMsMax: number; readonly heartbeatIntervalMs: number }): Promise<void> {
    this.#ending.abort();
    const waited = new AbortController();
    const beat = setInterval(() => void this.#heartbeat().catch(() => undefined), options.heartbeatIntervalMs);
    const deadline = delay(options.waitMsMax, undefined, { signal: waited.signal }).catch(() => undefined);
    await Promise.race([this.#settled(), deadline]);
    waited.abort();
    clearInterval(beat);
    this.#isOver = true;
  }

  async #settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}
