import { type RequestHandler } from 'express';

/** What a script of another origin may send, and what it may read of an answer besides the body. */
const METHODS = 'GET, HEAD, POST';
const REQUEST_HEADERS = 'Authorization, Content-Type, Idempotency-Key, Traceparent, X-Correlation-Id';
const ANSWER_HEADERS = 'X-Correlation-Id, Location, Retry-After, Allow, WWW-Authenticate';
/** As long as Chromium remembers a preflight at most. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Lets browsers hand answers to scripts of these origins. A preflight of one of them is answered without a token, which a
 * browser never sends with it; of any other origin it is a request like every other, and ends with 401. Cookies are not
 * asked for: the token is in a header, which only a script that has it can set.
 */
export function crossOrigin(allowedOrigins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    if (allowedOrigins.length === 0) {
      next();
      return;
    }
    // Whatever keeps answers in between must not give those for one origin to another.
    response.vary('Origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowedOrigins.includes(origin)) {
      next();
      return;
    }
    response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': ANSWER_HEADERS });
    if (request.method !== 'OPTIONS' || request.get('access-control-request-method') === undefined) {
      next();
      return;
    }
    response.status(204).set({
      'Access-Control-Allow-Methods': METHODS,
      'Access-Control-Allow-Headers': REQUEST_HEADERS,
      'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
    });
    response.end();
  };
}
