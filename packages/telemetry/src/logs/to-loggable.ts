import { EventEmitter } from 'node:events';
import { describeError, isError, type ErrorDescription } from './describe-error';
import { maskPaymentKey } from './mask-payment-key';
import { maskSecrets, REDACTED } from './mask-secrets';

type Loggable = string | number | boolean | null | undefined | ErrorDescription | Loggable[] | LoggableFields;
interface LoggableFields {
  [field: string]: Loggable;
}

// Deep enough for a request inside a context inside a line, and an end for what builds itself while it is read.
const DEPTH_MAX = 6;
const ENTRIES_MAX = 100;

// `auth` and `rawHeaders` are how node:http and axios keep credentials beside the headers.
const SECRET_NAME =
  /authorization|^auth$|^rawheaders$|cookie|passw|passphrase|^pwd$|secret|token|jwt|apikey|privatekey|credential/;
const PAYMENT_KEY_NAME = /paymentkeys?$/;

/**
 * A copy of the fields of a log line that is safe to print: values under secret names (password, authorization,
 * secretKey, jwt, token, cookie, in any spelling) are replaced, payment keys masked, texts searched for both, errors
 * reduced to `describeError`, bigints turned to digit strings. Bounded in depth and width; cycles, throwing getters and
 * throwing `toJSON` are survived. Never throws.
 */
export function toLoggableFields(fields: object): Record<string, unknown> {
  if (isError(fields)) return { err: describeError(fields) };
  const copy = toLoggable(fields, []);
  return typeof copy === 'object' && copy !== null && !Array.isArray(copy) ? { ...copy } : { value: copy };
}

function toLoggable(value: unknown, path: readonly object[]): Loggable {
  switch (typeof value) {
    case 'string':
      return maskSecrets(value);
    case 'bigint':
      // Readers of JSON round numbers above 2^53.
      return String(value);
    case 'number':
    case 'boolean':
    case 'undefined':
      return value;
    case 'symbol':
    case 'function':
      return undefined;
    case 'object':
      if (value === null) return null;
      try {
        return toLoggableObject(value, path);
      } catch {
        return '[unreadable]';
      }
  }
}

function toLoggableObject(value: object, path: readonly object[]): Loggable {
  if (isError(value)) return describeError(value);
  // Bytes may be a whole message of somebody else's.
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  // Sockets, requests, streams, clients: nothing to read, credentials within.
  if (value instanceof EventEmitter) return `[${value.constructor.name}]`;
  if (path.includes(value)) return '[circular]';
  if (path.length >= DEPTH_MAX) return '[deeper]';

  const inside = [...path, value];
  if (Array.isArray(value)) return toLoggableList(value, inside);
  if (value instanceof Set) return toLoggableList([...value], inside);
  if (value instanceof Map) return toLoggableEntries([...value], inside);
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return toLoggable((value.toJSON as () => unknown)(), inside);
  }
  return toLoggableEntries(
    Object.keys(value).map((name) => [name, read(value, name)]),
    inside,
  );
}

function toLoggableList(items: readonly unknown[], path: readonly object[]): Loggable {
  const list = items.slice(0, ENTRIES_MAX).map((item) => toLoggable(item, path));
  return items.length > ENTRIES_MAX ? [...list, `[${items.length - ENTRIES_MAX} more]`] : list;
}

function toLoggableEntries(entries: readonly [unknown, unknown][], path: readonly object[]): Loggable {
  const copy: Record<string, Loggable> = {};
  for (const [name, value] of entries.slice(0, ENTRIES_MAX)) {
    const field = String(name);
    copy[maskSecrets(field)] = toLoggableField(field, value, path);
  }
  if (entries.length > ENTRIES_MAX) copy['…'] = `[${entries.length - ENTRIES_MAX} more]`;
  return copy;
}

function toLoggableField(name: string, value: unknown, path: readonly object[]): Loggable {
  if (value === undefined || value === null) return value;
  const plainName = name.toLowerCase().replace(/[^a-z]/g, '');
  if (SECRET_NAME.test(plainName)) return REDACTED;
  if (!PAYMENT_KEY_NAME.test(plainName)) return toLoggable(value, path);
  if (typeof value === 'string') return maskPaymentKey(value);
  return Array.isArray(value)
    ? value.slice(0, ENTRIES_MAX).map((item: unknown) => (typeof item === 'string' ? maskPaymentKey(item) : REDACTED))
    : REDACTED;
}

function read(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return '[unreadable]';
  }
}
