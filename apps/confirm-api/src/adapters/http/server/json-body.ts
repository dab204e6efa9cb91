import { isUtf8 } from 'node:buffer';
import { type JsonValue, parseJson } from '@koosco/payment-contracts/json';
import express, { type Request, type RequestHandler } from 'express';
import { commonErrorCodes, type ErrorCode } from '../errors/error-codes';
import { HttpError } from '../errors/http-error';

/** A confirm is some 300 bytes; 16 KB is generous and keeps a flood of large bodies out of memory. */
const BODY_BYTES_MAX = 16 * 1024;

/**
 * Reads a JSON body without losing digits: order ids are 64-bit, and express's own parser would round them. Ends the
 * request with 415, 413 or 400 when the body is not JSON, too large or unreadable.
 */
export function jsonBody(bytesMax: number = BODY_BYTES_MAX): RequestHandler[] {
  return [mustBeJson, textReader(bytesMax), parseText];
}

/** What {@link jsonBody} read. */
export function bodyOf(request: Request): JsonValue {
  return request.body as JsonValue;
}

const mustBeJson: RequestHandler = (request, _response, next) => {
  next(isJson(request) ? undefined : new HttpError(commonErrorCodes.UNSUPPORTED_MEDIA_TYPE));
};

/** JSON is UTF-8 (RFC 8259 section 8.1). A request without a body is told so by whoever reads the body. */
function isJson(request: Request): boolean {
  return /^application\/json *(; *(charset="?utf-8"?)? *)?$/i.test(request.get('content-type') ?? '');
}

function textReader(bytesMax: number): RequestHandler {
  // Nobody needs to compress 300 bytes, so a compressed body is not worth the risk of what it may grow into.
  const rawBody = express.raw({ type: () => true, limit: bytesMax, inflate: false });
  return (request, response, next) => {
    rawBody(request, response, (error?: unknown) => {
      if (error === undefined) {
        next();
        return;
      }
      next(new HttpError(errorCodeOf((error as { type?: unknown }).type)));
    });
  };
}

/** @param fault as body-parser calls it. */
function errorCodeOf(fault: unknown): ErrorCode {
  if (fault === 'entity.too.large') return commonErrorCodes.BODY_TOO_LARGE;
  if (fault === 'encoding.unsupported') return commonErrorCodes.UNSUPPORTED_MEDIA_TYPE;
  return commonErrorCodes.UNREADABLE_REQUEST;
}

const parseText: RequestHandler = (request, _response, next) => {
  // Nothing where there was no body, or where it broke off.
  const bytes = request.body as Buffer | undefined;
  // Decoding would quietly replace what is no text by question marks.
  request.body = bytes !== undefined && isUtf8(bytes) ? parsed(bytes.toString()) : undefined;
  next(request.body === undefined ? new HttpError(commonErrorCodes.UNREADABLE_REQUEST) : undefined);
};

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
