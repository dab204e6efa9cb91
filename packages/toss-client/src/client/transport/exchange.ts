import { type ClientRequest, type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { type TLSSocket } from 'node:tls';

import { type NoAnswerPhase } from '../answers/toss-answer';

export type HttpReading =
  | {
      readonly kind: 'received';
      readonly httpStatus: number;
      readonly body: string;
      /** What the server's clock said (`Date`, RFC 9110 §6.6.1); null without a readable one. */
      readonly answeredAt: Date | null;
      readonly traceId: string | null;
    }
  | {
      readonly kind: 'no-answer';
      readonly phase: NoAnswerPhase;
      readonly cause: string;
      readonly httpStatus: number | null;
      readonly traceId: string | null;
    };

export interface ExchangeLimits {
  /** Name lookup, TCP and TLS together. */
  readonly connectDeadlineMs: number;
  /** From the call to the last byte of the body. */
  readonly deadlineMs: number;
  readonly responseBytesMax: number;
}

/**
 * One HTTP request and what came of it, as plain values: Node's errors, which may quote what was sent, end here.
 *
 * It is watched on its way, because the error that ends it does not tell how far it came: the same ECONNRESET is harmless
 * before the connection stood, and may have moved money after. Never rejects.
 */
export function exchange(
  open: () => ClientRequest,
  body: string | undefined,
  limits: ExchangeLimits,
): Promise<HttpReading> {
  return new Promise((resolve) => new Exchange(limits, resolve).begin(open, body));
}

class Exchange {
  #request: ClientRequest | null = null;
  /** False proves that no byte of the request left: Node writes none before the connection, TLS included, stands. */
  #connected = false;
  #response: IncomingMessage | null = null;
  #chunks: Buffer[] = [];
  #bytes = 0;
  readonly #deadline: NodeJS.Timeout;
  #connectDeadline: NodeJS.Timeout | undefined;

  constructor(
    private readonly limits: ExchangeLimits,
    private readonly resolve: (reading: HttpReading) => void,
  ) {
    this.#deadline = setTimeout(() => this.#giveUp('total-deadline'), limits.deadlineMs);
  }

  begin(open: () => ClientRequest, body: string | undefined): void {
    try {
      this.#request = open()
        .once('socket', (socket: Socket | TLSSocket) => this.#awaitConnection(socket))
        .once('response', (response) => this.#read(response))
        // `on`: a second error, of a request that is over, must have somebody who listens.
        .on('error', (error) => this.#giveUp(causeOf(error)));
      this.#request.end(body);
    } catch (error) {
      this.#giveUp(causeOf(error));
    }
  }

  #awaitConnection(socket: Socket | TLSSocket): void {
    const isSecuring = isUnsecured(socket);
    if (!isSecuring && !socket.connecting) {
      this.#connected = true;
      return;
    }
    this.#connectDeadline = setTimeout(() => this.#giveUp('connect-deadline'), this.limits.connectDeadlineMs);
    socket.once(isSecuring ? 'secureConnect' : 'connect', () => {
      this.#connected = true;
      clearTimeout(this.#connectDeadline);
    });
  }

  #read(response: IncomingMessage): void {
    this.#response = response;
    response
      .on('data', (chunk: Buffer) => this.#take(chunk))
      .on('error', (error) => {
        const cause = causeOf(error);
        // What Node says of a connection that ended amid a body.
        this.#giveUp(cause === 'ECONNRESET' ? 'body-ended-early' : cause);
      })
      .once('end', () =>
        this.#finish({
          kind: 'received',
          httpStatus: response.statusCode ?? 0,
          body: Buffer.concat(this.#chunks).toString('utf8'),
          answeredAt: dateOf(response.headers.date),
          traceId: traceIdOf(response),
        }),
      );
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.limits.responseBytesMax) this.#giveUp('body-too-long');
    else this.#chunks.push(chunk);
  }

  #giveUp(cause: string): void {
    const response = this.#response;
    this.#finish({
      kind: 'no-answer',
      phase: this.#phaseOf(cause),
      cause,
      httpStatus: response === null ? null : (response.statusCode ?? 0),
      traceId: response === null ? null : traceIdOf(response),
    });
    this.#request?.destroy();
  }

  #phaseOf(cause: string): NoAnswerPhase {
    if (!this.#connected) return 'not-sent';
    if (this.#response === null) return 'no-response';
    return cause === 'body-too-long' ? 'unreadable' : 'cut-body';
  }

  /** The first reading counts; a promise takes no second one. */
  #finish(reading: HttpReading): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#connectDeadline);
    this.resolve(reading);
  }
}

/** `secureConnecting` is documented behaviour of TLSSocket (true until the handshake is over) that its types leave out. */
function isUnsecured(socket: Socket | TLSSocket): boolean {
  return 'secureConnecting' in socket && socket.secureConnecting === true;
}

function dateOf(header: string | undefined): Date | null {
  const at = new Date(header ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** For questions to Toss's support. A replayed answer carries two ids, `new, original`. */
function traceIdOf(response: IncomingMessage): string | null {
  const value = response.headers['x-tosspayments-trace-id'];
  return typeof value === 'string' ? value.slice(0, 200) : null;
}

/** A word for logs and metrics; the error's message is left behind, for it may quote what was sent. */
function causeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'unexpected-error';
}
