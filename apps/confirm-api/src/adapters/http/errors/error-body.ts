import { type HttpError } from './http-error';
import { platformTimestamp } from './platform-timestamp';

/**
 * An error as the specification prints it. `timestamp` is Korean local time without an offset, which the specification
 * fixes; `occurredAt` is the same moment with one.
 */
export function errorBody({ errorCode, extras }: HttpError): object {
  const { fieldErrors, details } = extras;
  const now = new Date();
  return {
    success: false,
    error: {
      code: errorCode.code,
      message: errorCode.message,
      timestamp: platformTimestamp(now),
      occurredAt: now.toISOString(),
      ...(details && { details }),
      ...(fieldErrors && { fieldErrors }),
    },
  };
}
