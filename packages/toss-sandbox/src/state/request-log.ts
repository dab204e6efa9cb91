/** One request to the stood-in API, and what became of it. */
export interface LoggedRequest {
  readonly id: number;
  /** Epoch ms on the sandbox's clock. */
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly body: unknown;
  readonly faults: readonly string[];
  /** Null while it is under way; `lost` when nothing was answered. */
  readonly status: number | 'lost' | null;
  readonly answer: string | null;
}

export interface RequestUnderWay {
  answered(status: number, body: string): void;
  /** Whatever was processed, the sender hears nothing. */
  lost(): void;
}

const KEPT_REQUESTS = 200;
const PAYMENT_KEY = /\b([A-Za-z0-9_]{4})[A-Za-z0-9_]{12,}([A-Za-z0-9_]{4})\b/g;

/** The last requests, for people who look at the sandbox's page; not durable. */
export class RequestLog {
  readonly #requests: LoggedRequest[] = [];
  #lastId = 0;

  begin(request: Omit<LoggedRequest, 'id' | 'status' | 'answer'>): RequestUnderWay {
    const entry = { ...request, id: ++this.#lastId, status: null, answer: null };
    this.#requests.push(entry);
    if (this.#requests.length > KEPT_REQUESTS) this.#requests.shift();
    return {
      answered: (status, answer) => Object.assign(entry, { status, answer }),
      lost: () => Object.assign(entry, { status: 'lost' }),
    };
  }

  /** The newest first. Payment keys are shortened, and nobody's account number is shown. */
  list(): readonly LoggedRequest[] {
    return [...this.#requests].reverse().map((request) => ({
      ...request,
      path: shortened(request.path),
      body: request.body === undefined ? null : (JSON.parse(shortened(JSON.stringify(request.body))) as unknown),
      answer: request.answer === null ? null : shortened(request.answer),
    }));
  }

  clear(): void {
    this.#requests.length = 0;
  }
}

function shortened(text: string): string {
  return text
    .replaceAll(/"(accountNumber|secret)":"[^"]*"/g, '"$1":"…"')
    .replaceAll(PAYMENT_KEY, (key, from: string, to: string) => (/^ord-|^\d+$/.test(key) ? key : `${from}…${to}`));
}
