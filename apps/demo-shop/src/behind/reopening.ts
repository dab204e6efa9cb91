interface Closable {
  close(): Promise<void>;
}

/** Something on a connection, opened when it is needed, and anew after it failed: what it speaks to may be killed. */
export class Reopening<T extends Closable> {
  #opened: Promise<T> | undefined;

  constructor(private readonly open: () => Promise<T>) {}

  /** Rejects with what went wrong; the next use begins with a new connection. */
  async use<R>(work: (opened: T) => Promise<R>): Promise<R> {
    const opening = (this.#opened ??= this.open());
    try {
      return await work(await opening);
    } catch (error) {
      if (this.#opened === opening) this.#opened = undefined;
      await closeQuietly(opening);
      throw error;
    }
  }

  async close(): Promise<void> {
    const opening = this.#opened;
    this.#opened = undefined;
    await closeQuietly(opening);
  }
}

async function closeQuietly(opening: Promise<Closable> | undefined): Promise<void> {
  try {
    await (await opening)?.close();
  } catch {
    // It was closed by what made it fail.
  }
}
