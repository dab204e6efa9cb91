import { type JsonValue, parseJson } from '@koosco/payment-contracts/json';
import express, { type Request, type RequestHandler } from 'express';
import { commonErrorCodes } from './error-codes';
import { HttpError } from './http-error';

/** A confirm is some 300 bytes; 16 KB is generous and keeps a flood of large bodies out of memory. */
const BODY_BYTES_MAX = 16 * 1024;

/**
 * Reads a JSON body without losing digits: order ids are 64-bit, and express's own parser would round them. Ends the
 * request with 415, 413 or 400 when the body is not JSON, too large or unreadable.
 */
export function jsonBody(): RequestHandler[] {
  return [mustBeJson, readText, parseText];
}

/** What {@link jsonBody} read. */
export function bodyOf(request: Request): JsonValue {
  return request.body as JsonValue;
}

const mustBeJson: RequestHandler = (request, _response, next) => {
  next(request.is('application/json') ? undefined : new HttpError(commonErrorCodes.UNSUPPORTED_MEDIA_TYPE));
};

const rawBody = express.raw({ type: () => true, limit: BODY_BYTES_MAX });

const readText: RequestHandler = (request, response, next) => {
  rawBody(request, response, (error?: unknown) => {
    if (error === undefined) {
      next();
      return;
    }
    const isTooLarge = (error as { type?: unknown }).type === 'entity.too.large';
    next(new HttpError(isTooLarge ? commonErrorCodes.BODY_TOO_LARGE : commonErrorCodes.UNREADABLE_BODY));
  });
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const parseText: RequestHandler = (request, _response, next) => {
  try {
    request.body = parseJson(utf8.decode(request.body as Buffer));
    next();
  } catch (error) {
    // Text that is no JSON, and bytes that are no text.
    const isUnreadable = error instanceof SyntaxError || error instanceof TypeError;
    next(isUnreadable ? new HttpError(commonErrorCodes.UNREADABLE_BODY) : error);
  }
};
