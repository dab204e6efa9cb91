import { type Logger } from '@koosco/payment-telemetry';
import { type ErrorRequestHandler } from 'express';
import { commonErrorCodes } from './error-codes';
import { HttpError } from './http-error';
import { sendError } from './send-error';

/** The outermost handler: every failure ends in the specification's error format, and no internal word reaches a client. */
export function errorHandler(logger: Logger, isUnavailable: (error: unknown) => boolean): ErrorRequestHandler {
  // express recognises an error handler by its four parameters.
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof HttpError) {
      sendError(response, error);
      return;
    }
    // A path whose %-escapes are no text; express finds out when it takes the path apart.
    if (error instanceof URIError) {
      sendError(response, new HttpError(commonErrorCodes.UNREADABLE_REQUEST));
      return;
    }
    if (isUnavailable(error)) {
      logger.warn({ err: error }, 'a dependency is away');
      sendError(response, new HttpError(commonErrorCodes.UNAVAILABLE, { headers: { 'Retry-After': '5' } }));
      return;
    }
    logger.error({ err: error }, 'request failed');
    sendError(response, new HttpError(commonErrorCodes.INTERNAL));
  };
}
