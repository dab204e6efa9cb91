/** What a process of an interleaving waits for before it goes on. */
interface Waiting {
  readonly process: object;
  readonly goOn: () => void;
}

/**
 * Decides, from one number, who goes on next: whatever several processes do at once is done one step at a time, in an order
 * that the seed replays. A process that is killed never goes on.
 */
export class SeededSchedule {
  #waiting: Waiting[] = [];
  readonly #killed = new WeakSet<object>();
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not including, 1 (mulberry32). */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.random() * items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }

  /** Resolves when it is this process's turn; never, once it is killed. */
  turn(process: object): Promise<void> {
    return new Promise((goOn) => {
      if (!this.#killed.has(process)) this.#waiting.push({ process, goOn });
    });
  }

  kill(process: object): void {
    this.#killed.add(process);
    this.#waiting = this.#waiting.filter((waiting) => waiting.process !== process);
  }

  /** Lets one of those that wait go on. @returns false when nobody waits. */
  step(): boolean {
    if (this.#waiting.length === 0) return false;
    const [next] = this.#waiting.splice(Math.floor(this.random() * this.#waiting.length), 1);
    next?.goOn();
    return true;
  }
}
