import { type ClientRequest, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Socket } from 'node:net';
import { type TLSSocket } from 'node:tls';

/**
 * Watches one request on its way, because the error that ends it does not tell how far it came: the same ECONNRESET is
 * harmless before the connection stood and may have moved money after. {@link WatchedRequest.transport} is what axios
 * sends with; it follows no redirect.
 */
export class WatchedRequest {
  /** False proves that no byte of the request left: Node writes none before the connection, TLS included, stands. */
  connected = false;
  /** The head of the response, once it was read. */
  head: { readonly httpStatus: number; readonly traceId: string | null } | null = null;

  constructor(private readonly connectDeadlineMs: number) {}

  readonly transport = {
    request: (options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest => {
      const send = options.protocol === 'http:' ? requestHttp : requestHttps;
      const request = send(options, (response) => {
        this.head = { httpStatus: response.statusCode ?? 0, traceId: traceIdOf(response) };
        onResponse(response);
      });
      this.#watch(request);
      return request;
    },
  };

  #watch(request: ClientRequest): void {
    const timer = setTimeout(() => {
      request.destroy(Object.assign(new Error('no connection in time'), { code: 'connect-deadline' }));
    }, this.connectDeadlineMs);
    const stood = () => {
      this.connected = true;
      clearTimeout(timer);
    };
    request.once('socket', (socket: Socket | TLSSocket) => {
      if (isSecuring(socket)) socket.once('secureConnect', stood);
      else if (socket.connecting) socket.once('connect', stood);
      else stood();
    });
    request.once('close', () => clearTimeout(timer));
  }
}

/** `secureConnecting` is documented behaviour of TLSSocket (true until the handshake is over) that its types leave out. */
function isSecuring(socket: Socket | TLSSocket): boolean {
  return 'secureConnecting' in socket && socket.secureConnecting === true;
}

/** For questions to Toss's support. A replayed answer carries two ids, `new, original`. */
function traceIdOf(response: IncomingMessage): string | null {
  const value = response.headers['x-tosspayments-trace-id'];
  return typeof value === 'string' ? value.slice(0, 200) : null;
}
