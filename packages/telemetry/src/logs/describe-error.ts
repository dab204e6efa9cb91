import { types } from 'node:util';
import { maskSecrets } from './mask-secrets';

/** What a log line says about an error; never its other fields, which hold requests, headers and bodies. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
  /** The parts of an AggregateError: a refused connection to a name with two addresses is one. */
  readonly errors?: readonly ErrorDescription[];
}

// A chain is read for its end; a longer one is a loop.
const CAUSE_DEPTH_MAX = 5;
const AGGREGATED_MAX = 5;

/** Name, message, code, stack and causes of whatever was thrown, secrets masked. Never throws. */
export function describeError(error: unknown): ErrorDescription {
  return describe(error, CAUSE_DEPTH_MAX);
}

export function isError(value: unknown): value is Error {
  // isNativeError also knows errors of another realm (vm, test runner), for which instanceof is false.
  return types.isNativeError(value) || value instanceof Error;
}

function describe(error: unknown, depthLeft: number): ErrorDescription {
  if (!isError(error)) return { name: 'NonError', message: maskSecrets(nameOfThrown(error)) };

  const code = read(error, 'code');
  const stack = read(error, 'stack');
  const cause = depthLeft > 0 ? read(error, 'cause') : undefined;
  const errors = depthLeft > 0 ? read(error, 'errors') : undefined;
  return {
    name: text(read(error, 'name')),
    message: text(read(error, 'message')),
    ...(typeof code === 'number' && { code }),
    ...(typeof code === 'string' && { code: maskSecrets(code) }),
    ...(typeof stack === 'string' && { stack: maskSecrets(stack) }),
    ...(cause !== undefined && { cause: describe(cause, depthLeft - 1) }),
    ...(Array.isArray(errors) && {
      errors: errors.slice(0, AGGREGATED_MAX).map((part: unknown) => describe(part, depthLeft - 1)),
    }),
  };
}

function nameOfThrown(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  if (typeof thrown === 'object' && thrown !== null) return 'a value that is not an Error was thrown';
  return String(thrown);
}

function text(value: unknown): string {
  return typeof value === 'string' ? maskSecrets(value) : typeof value;
}

function read(error: Error, field: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[field];
  } catch {
    return undefined;
  }
}
