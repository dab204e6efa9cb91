import { type Request, type RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { commonErrorCodes } from '../errors/error-codes';
import { HttpError } from '../errors/http-error';
import { type AuthenticatedRequest } from '../security/authenticated-request';
import { bodyOf } from './json-body';

/** Requests in a minute, of this worker alone; 0 for as many as come. */
export interface RateLimitSettings {
  readonly perUser: number;
  readonly perOrder: number;
}

export interface RateLimits {
  /** Whatever one buyer asks. */
  readonly user: RequestHandler;
  /** What moves money of one order, whoever asks. */
  readonly order: RequestHandler;
}

const WINDOW_MS = 60_000;

/**
 * A buyer who clicks a hundred times, or a script that has gone wrong, must not take the service from everybody else. Those
 * that act for anybody are not counted per user. The counts live in the worker: with N of them as much as N times may pass.
 */
export function rateLimits({ perUser, perOrder }: RateLimitSettings): RateLimits {
  return {
    user: limited(perUser, ({ context }) => (context.requester.kind === 'buyer' ? context.callerId : null)),
    order: limited(perOrder, orderOf),
  };
}

function limited(limit: number, keyOf: (request: AuthenticatedRequest) => string | null): RequestHandler {
  if (limit === 0) {
    return (_request, _response, next) => {
      next();
    };
  }
  const keyOfRequest = (request: Request) => keyOf(request as AuthenticatedRequest);
  return rateLimit({
    windowMs: WINDOW_MS,
    limit,
    keyGenerator: (request) => keyOfRequest(request) ?? '',
    skip: (request) => keyOfRequest(request) === null,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_request, _response, next) => {
      const seconds = String(Math.ceil(WINDOW_MS / 1_000 / limit));
      next(new HttpError(commonErrorCodes.TOO_MANY_REQUESTS, { headers: { 'Retry-After': seconds } }));
    },
  });
}

/** The payment that the path names, or else the order that the body does. */
function orderOf(request: AuthenticatedRequest): string | null {
  const { paymentId } = request.params;
  if (typeof paymentId === 'string') return `payment ${paymentId.toLowerCase()}`;
  const body = bodyOf(request);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const orderId = (body as { readonly orderId?: unknown }).orderId;
  return typeof orderId === 'bigint' || typeof orderId === 'number' || typeof orderId === 'string'
    ? `order ${String(orderId).slice(0, 30)}`
    : null;
}
