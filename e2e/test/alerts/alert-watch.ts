import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_INTERVAL_MS = 300;

/** Which alerts fire now, by name, as Prometheus says. */
export type Firing = () => Promise<ReadonlySet<string>>;

/** Follows what fires, so that any number of drills may wait for it. */
export class AlertWatch {
  #firing: ReadonlySet<string> = new Set();
  readonly #over = new AbortController();
  readonly #following: Promise<void>;

  constructor(private readonly look: Firing) {
    this.#following = this.#follow();
  }

  get firing(): readonly string[] {
    return [...this.#firing].sort();
  }

  /** Resolves with the seconds that it took until the alert fires, or no more. @throws Error after `patienceMs`. */
  async until(alert: string, state: 'fires' | 'is clear', patienceMs: number): Promise<number> {
    const since = Date.now();
    while (this.#firing.has(alert) !== (state === 'fires')) {
      if (Date.now() - since > patienceMs)
        throw new Error(`${alert}: not seen within ${patienceMs / 1_000} s that it ${state}`);
      await sleep(LOOK_INTERVAL_MS);
    }
    return (Date.now() - since) / 1_000;
  }

  async end(): Promise<void> {
    this.#over.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    while (!this.#over.signal.aborted) {
      this.#firing = await this.look().catch(() => this.#firing);
      await sleep(LOOK_INTERVAL_MS);
    }
  }
}
