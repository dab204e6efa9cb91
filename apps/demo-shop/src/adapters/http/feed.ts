import { type Request, type Response } from 'express';

/** A browser that lost the connection comes back after this long. */
const RECONNECT_MS = 1_000;
/** Proxies and browsers give up a connection on which nothing comes. */
const ALIVE_AFTER_MS = 15_000;

interface Subject {
  readonly watchers: Set<Response>;
  last: string;
  sentAtMs: number;
}

/** Server-sent events of what is looked at again and again: everybody who watches the same thing shares one look. */
export class Feed {
  readonly #subjects = new Map<string, Subject>();

  constructor(
    private readonly look: (subject: string) => Promise<unknown>,
    private readonly intervalMs: number,
  ) {}

  /** Sends what it is now and whenever it has changed, until the browser leaves. */
  serve(name: string, request: Request, response: Response): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    const known = this.#subjects.get(name);
    const subject: Subject = known ?? { watchers: new Set(), last: '', sentAtMs: Date.now() };
    subject.watchers.add(response);
    request.on('close', () => {
      subject.watchers.delete(response);
    });
    if (known === undefined) {
      this.#subjects.set(name, subject);
      void this.#watch(name, subject);
    } else if (subject.last !== '') {
      response.write(subject.last);
    }
  }

  async #watch(name: string, subject: Subject): Promise<void> {
    while (subject.watchers.size > 0) {
      const begunAtMs = Date.now();
      // A look that fails shows nothing new; the page keeps what it has.
      const picture = await this.look(name).catch(() => null);
      const message = picture === null ? subject.last : `data: ${JSON.stringify(picture, bigintAsNumber)}\n\n`;
      if (message !== subject.last) this.#send(subject, message);
      else if (Date.now() - subject.sentAtMs > ALIVE_AFTER_MS) this.#send(subject, ': still here\n\n');
      if (message.startsWith('data:')) subject.last = message;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, begunAtMs + this.intervalMs - Date.now())));
    }
    this.#subjects.delete(name);
  }

  #send(subject: Subject, message: string): void {
    for (const watcher of subject.watchers) watcher.write(message);
    subject.sentAtMs = Date.now();
  }
}

/** Amounts are below 2^53 by contract; ids are texts before they come here. */
function bigintAsNumber(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
