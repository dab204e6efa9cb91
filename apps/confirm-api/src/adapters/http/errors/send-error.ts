import { type ServerResponse } from 'node:http';
import { errorBody } from './error-body';
import { type HttpError } from './http-error';

/** Ends a request with an error answer, whether express knows of the request or not. */
export function sendError(response: ServerResponse, error: HttpError): void {
  const { errorCode, extras } = error;
  const body = JSON.stringify(errorBody(error));
  for (const [name, value] of Object.entries(extras.headers ?? {})) response.setHeader(name, value);
  response.statusCode = errorCode.status;
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
