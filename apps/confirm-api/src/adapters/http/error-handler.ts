import { type Logger } from '@koosco/payment-observability';
import { type ErrorRequestHandler, type Response } from 'express';
import { commonErrorCodes } from './error-codes';
import { HttpError } from './http-error';
import { platformTimestamp } from './platform-timestamp';

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
      sendError(response, new HttpError(commonErrorCodes.UNREADABLE_BODY));
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

function sendError(response: Response, { errorCode, extras }: HttpError): void {
  const { fieldErrors, details, headers = {} } = extras;
  response
    .status(errorCode.status)
    .set(headers)
    .json({
      success: false,
      error: {
        code: errorCode.code,
        message: errorCode.message,
        timestamp: platformTimestamp(new Date()),
        ...(details && { details }),
        ...(fieldErrors && { fieldErrors }),
      },
    });
}
