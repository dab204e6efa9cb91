import { commonErrorCodes, type ErrorCode } from '../errors/error-codes';
import { type FieldError } from '../errors/http-error';

/** A code that an operation may answer with, and what such an answer looks like. */
export interface DocumentedError {
  readonly code: ErrorCode;
  readonly details?: Readonly<Record<string, string>>;
  readonly fieldErrors?: readonly FieldError[];
}

export const openApiHeaders = {
  CorrelationId: {
    description: 'The `X-Correlation-Id` of the request, or a new one; the logs have it too',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
  },
  CacheControl: {
    description: 'Answers about payments are stored nowhere',
    required: true,
    schema: { const: 'no-store' },
  },
  Location: {
    description: 'Where the payment can be read',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
  },
  LocationOfOpenAttempt: {
    description: 'Where the payment can be read, if its outcome is to come',
    required: false,
    schema: { type: 'string', format: 'uri-reference' },
  },
  RetryAfter: {
    description: 'Seconds to wait before sending the same request again; absent where that would not help',
    required: false,
    schema: { type: 'integer', minimum: 1 },
  },
  RetryAfterAlways: {
    description: 'Seconds to wait before sending the same request again',
    required: true,
    schema: { type: 'integer', minimum: 1 },
  },
  Allow: { description: 'The methods that the path has', required: true, schema: { type: 'string' } },
  WwwAuthenticate: { description: 'The scheme that is wanted', required: true, schema: { const: 'Bearer' } },
};

/** Of every answer. */
export const ordinaryHeaders = {
  'X-Correlation-Id': headerRef('CorrelationId'),
  'Cache-Control': headerRef('CacheControl'),
};

/** What a status says beyond its body. */
const headersOfStatus: Readonly<Record<number, Readonly<Record<string, object>>>> = {
  401: { 'WWW-Authenticate': headerRef('WwwAuthenticate') },
  405: { Allow: headerRef('Allow') },
  409: { 'Retry-After': headerRef('RetryAfter'), Location: headerRef('LocationOfOpenAttempt') },
  502: { 'Retry-After': headerRef('RetryAfter'), Location: headerRef('LocationOfOpenAttempt') },
  429: { 'Retry-After': headerRef('RetryAfterAlways') },
  503: { 'Retry-After': headerRef('RetryAfterAlways') },
};

/** Whatever is asked for may be answered with these. */
const anywhere: Readonly<Record<string, readonly ErrorCode[]>> = {
  Unauthenticated: [commonErrorCodes.UNAUTHENTICATED, commonErrorCodes.INVALID_TOKEN, commonErrorCodes.EXPIRED_TOKEN],
  MethodNotAllowed: [commonErrorCodes.METHOD_NOT_ALLOWED],
  RequestTimeout: [commonErrorCodes.REQUEST_TIMEOUT],
  ExpectationFailed: [commonErrorCodes.EXPECTATION_FAILED],
  HeadersTooLarge: [commonErrorCodes.HEADERS_TOO_LARGE],
  TooManyRequests: [commonErrorCodes.TOO_MANY_REQUESTS],
  Internal: [commonErrorCodes.INTERNAL],
  Unavailable: [commonErrorCodes.UNAVAILABLE],
};

export const openApiResponses = Object.fromEntries(
  Object.entries(anywhere).map(([name, codes]) => [name, errorResponse(codes.map((code) => ({ code })))]),
);

/** @param schema the name of the component that `data` is. */
export function success(description: string, schema: string, headers: Readonly<Record<string, object>> = {}) {
  return {
    description,
    headers: { ...ordinaryHeaders, ...headers },
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['success', 'data'],
          properties: { success: { const: true }, data: { $ref: `#/components/schemas/${schema}` } },
        },
      },
    },
  };
}

/** One response for each HTTP status, with an example of every code that may come with it. */
export function errors(...documented: DocumentedError[]): Readonly<Record<string, object>> {
  const byStatus = new Map<number, DocumentedError[]>();
  for (const error of [{ code: commonErrorCodes.UNREADABLE_REQUEST }, ...documented]) {
    const { status } = error.code;
    byStatus.set(status, [...(byStatus.get(status) ?? []), error]);
  }
  const own = [...byStatus].map(([status, group]): [number, object] => [status, errorResponse(group)]);
  const shared = Object.entries(anywhere).flatMap(([name, [first]]): [number, object][] =>
    first === undefined ? [] : [[first.status, { $ref: `#/components/responses/${name}` }]],
  );
  return Object.fromEntries([...own, ...shared]);
}

function errorResponse(documented: readonly DocumentedError[]) {
  const [first] = documented;
  return {
    description: documented.map(({ code: { code, message } }) => `${code} ${message}`).join('; '),
    headers: { ...ordinaryHeaders, ...(first && headersOfStatus[first.code.status]) },
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples: Object.fromEntries(documented.map((error) => [error.code.code, exampleOf(error)])),
      },
    },
  };
}

function exampleOf({ code: { code, message }, details, fieldErrors }: DocumentedError) {
  return {
    summary: message,
    value: {
      success: false,
      error: {
        code,
        message,
        timestamp: '2025-01-25T10:30:00',
        occurredAt: '2025-01-25T01:30:00.000Z',
        ...(details && { details }),
        ...(fieldErrors && { fieldErrors }),
      },
    },
  };
}

function headerRef(name: keyof typeof openApiHeaders) {
  return { $ref: `#/components/headers/${name}` };
}
