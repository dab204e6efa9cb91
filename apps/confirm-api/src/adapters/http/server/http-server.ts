import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger } from '@koosco/payment-telemetry';
import { type Express } from 'express';
import { correlate } from './correlation';
import { commonErrorCodes } from '../errors/error-codes';
import { HttpError } from '../errors/http-error';
import { sendError } from '../errors/send-error';
import { answerUnreadableRequests, isForNobody } from './unreadable-requests';

export interface HttpServer {
  readonly port: number;
  /**
   * Serves on for this long, and asks every client to end its connection after its next answer, so that hardly any
   * connection is left idle when {@link HttpServer.close} cuts it.
   */
  drain(durationMs: number): Promise<void>;
  /** Takes no new requests, lets those under way end, then frees the port. */
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly port: number;
  readonly logger: Logger;
  /** For a request to arrive in full; how long its answer takes is another matter. A client that trickles is cut off. */
  readonly requestTimeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 15_000;
/** How often Node looks for requests that took too long; left alone, it would let a client trickle for 45 s. */
const TIMEOUT_CHECK_INTERVAL_MS = 3_000;
/** Longer than the idle timeout of the usual load balancers (60 s), so that they, not we, close an idle connection. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** @throws Error naming the port when it cannot be had. */
export async function startHttpServer(app: Express, options: HttpServerOptions): Promise<HttpServer> {
  const { port, logger, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const server = createServer({
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_INTERVAL_MS, requestTimeoutMs),
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // It is demanded below, in our own error format.
    requireHostHeader: false,
  });
  const underWay = new Set<ServerResponse>();
  let isClosing = false;
  answerUnreadableRequests(server, underWay, logger);
  server.on('request', (request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    if (isClosing) endConnectionAfter(response);
    if (isForNobody(request)) {
      correlate(request, response);
      endConnectionAfter(response);
      sendError(response, new HttpError(commonErrorCodes.UNREADABLE_REQUEST));
      return;
    }
    app(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`port ${port} cannot be had: ${cause.message}`, { cause })));
    server.listen(port, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async drain(durationMs) {
      isClosing = true;
      underWay.forEach(endConnectionAfter);
      await sleep(durationMs);
    },
    close: () =>
      new Promise((resolve, reject) => {
        isClosing = true;
        underWay.forEach(endConnectionAfter);
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
      }),
  };
}

/** Otherwise the client's connection would stay, idle, and hold up the shutdown until it times out. */
function endConnectionAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
