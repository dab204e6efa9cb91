/** Two transactions waited for each other and this one gave way. Retried by the unit of work, as a database's deadlock is. */
export class Deadlock extends Error {
  constructor(key: string) {
    super(`deadlock while waiting for ${key}`);
    this.name = 'Deadlock';
  }
}

/** Exclusive locks by name, each held by one owner until it releases all of its own, and handed on in order of arrival. */
export class RowLocks {
  readonly #queues = new Map<string, { owner: object; grant: () => void }[]>();
  readonly #waitsFor = new Map<object, string>();

  /** Resolves once `owner` holds `key`; at once when it does already. @throws Deadlock when it would wait for itself. */
  async acquire(owner: object, key: string): Promise<void> {
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue);
    if (queue.some((entry) => entry.owner === owner)) return;
    if (queue.length === 0) {
      queue.push({ owner, grant: () => undefined });
      return;
    }
    if (this.#leadsTo(key, owner)) throw new Deadlock(key);
    this.#waitsFor.set(owner, key);
    await new Promise<void>((grant) => queue.push({ owner, grant }));
    this.#waitsFor.delete(owner);
  }

  releaseAll(owner: object): void {
    for (const [key, queue] of this.#queues) {
      if (queue[0]?.owner !== owner) continue;
      queue.shift();
      const next = queue.at(0);
      if (next) next.grant();
      else this.#queues.delete(key);
    }
  }

  isHeldByOther(owner: object, key: string): boolean {
    const holder = this.#queues.get(key)?.[0]?.owner;
    return holder !== undefined && holder !== owner;
  }

  /** Whether the chain "holder of this key waits for that key, whose holder waits for …" ends at `owner`. */
  #leadsTo(key: string, owner: object): boolean {
    let next: string | undefined = key;
    while (next !== undefined) {
      const holder: object | undefined = this.#queues.get(next)?.[0]?.owner;
      if (holder === owner) return true;
      next = holder && this.#waitsFor.get(holder);
    }
    return false;
  }
}
