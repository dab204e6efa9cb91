import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { type Duplex } from 'node:stream';
import { type Logger } from '@koosco/payment-telemetry';
import { correlate, CORRELATION_HEADER } from './correlation';
import { errorBody } from '../errors/error-body';
import { commonErrorCodes, type ErrorCode } from '../errors/error-codes';
import { HttpError } from '../errors/http-error';
import { sendError } from '../errors/send-error';

/** Until then a client that still sends is read, and forgotten: closing at once could destroy the answer on its way. */
const LINGER_MS = 500;

/**
 * What Node's HTTP server refuses before the app hears of it (no HTTP, too large headers, a body that breaks off or
 * comes too slowly, an expectation that nobody knows) is answered in the service's own error format, and the connection
 * is closed where its next request could not be found any more.
 * @param underWay the answers that are not finished yet.
 */
export function answerUnreadableRequests(server: Server, underWay: ReadonlySet<ServerResponse>, logger: Logger): void {
  const refused = new WeakSet<Duplex>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // What follows on a connection that was given up is a fault too.
    if (refused.has(socket)) return;
    refused.add(socket);
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const errorCode = errorCodesOfFaults[error.code ?? ''] ?? commonErrorCodes.UNREADABLE_REQUEST;
    const answer = () => {
      const correlationId = randomUUID();
      logger.debug({ correlationId, fault: error.code, status: errorCode.status }, 'request cannot be read');
      closeWith(socket, rawAnswer(errorCode, correlationId));
    };
    const current = [...underWay].find(({ req }) => req.socket === socket);
    if (current === undefined) answer();
    // The request that cannot be read is the one after it: its own answer comes first.
    else if (current.req.complete) current.once('close', answer);
    else if (current.headersSent) socket.destroy();
    else answer();
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    correlate(request, response);
    sendError(response, new HttpError(commonErrorCodes.EXPECTATION_FAILED));
  });
  // This is no proxy. Node would close the connection without a word.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    closeWith(
      socket,
      rawAnswer(commonErrorCodes.METHOD_NOT_ALLOWED, randomUUID(), ['Allow: GET, HEAD, POST, OPTIONS']),
    );
  });
}

/** RFC 9112 section 3.2: an HTTP/1.1 request says once whom it is for. */
export function isForNobody({ httpVersion, headersDistinct }: IncomingMessage): boolean {
  return httpVersion !== '1.0' && headersDistinct['host']?.length !== 1;
}

/** By the names that Node's server has for what it cannot read; whatever else there is, is unreadable too. */
const errorCodesOfFaults: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: commonErrorCodes.HEADERS_TOO_LARGE,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: commonErrorCodes.BODY_TOO_LARGE,
  ERR_HTTP_REQUEST_TIMEOUT: commonErrorCodes.REQUEST_TIMEOUT,
};

function rawAnswer(errorCode: ErrorCode, correlationId: string, headers: readonly string[] = []): string {
  const body = JSON.stringify(errorBody(new HttpError(errorCode)));
  return [
    `HTTP/1.1 ${errorCode.status} ${STATUS_CODES[errorCode.status]}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `${CORRELATION_HEADER}: ${correlationId}`,
    ...headers,
    '',
    body,
  ].join('\r\n');
}

function closeWith(socket: Duplex, answer: string): void {
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket
    .once('close', () => clearTimeout(cut))
    .on('error', () => socket.destroy())
    .end(answer);
  socket.resume();
}
