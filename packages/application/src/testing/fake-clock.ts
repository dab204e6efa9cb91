import { type Clock } from '../ports/clock';

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** Time that moves when a test says so. With `autoAdvance`, a sleep moves it by itself and ends at once. */
export class FakeClock implements Clock {
  #nowMs: number;
  #sleepers: Sleeper[] = [];
  readonly #autoAdvance: boolean;

  constructor(options: { now?: Date; autoAdvance?: boolean } = {}) {
    this.#nowMs = (options.now ?? new Date('2026-01-15T09:00:00.000Z')).getTime();
    this.#autoAdvance = options.autoAdvance ?? false;
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  elapsedMs(): number {
    return this.#nowMs;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#autoAdvance) return this.advance(durationMs);
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const sleeper = { wakeAt: this.#nowMs + durationMs, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** How many are asleep: what a test waits for before it advances. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Wakes the sleepers whose time comes on the way, the earliest first, and lets each react before the next. */
  async advance(durationMs: number): Promise<void> {
    const end = this.#nowMs + durationMs;
    for (;;) {
      const next = this.#sleepers.filter(({ wakeAt }) => wakeAt <= end).sort((a, b) => a.wakeAt - b.wakeAt)[0];
      if (!next) break;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.wakeAt);
      next.wake();
      await pendingReactions();
    }
    this.#nowMs = end;
  }
}

/** A turn of the event loop: every promise that could be resolved by now has been. */
function pendingReactions(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
