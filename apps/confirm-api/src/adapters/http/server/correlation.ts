import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';

export const CORRELATION_HEADER = 'X-Correlation-Id';

/** A correlation id of the caller is kept when it is harmless to print, otherwise a fresh one is made. The answer has it. */
export function correlate(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-correlation-id'];
  const correlationId = typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
  response.setHeader(CORRELATION_HEADER, correlationId);
  return correlationId;
}
