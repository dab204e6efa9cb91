import { parseJson as parseLosslessJson } from '@koosco/payment-contracts/json';

/**
 * Reading of foreign JSON. A field that is absent or of another type reads as null, and whatever is not asked for is
 * ignored: Toss adds fields and enum values without a new version.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Null when the text is not JSON or not an object. */
export function parseJsonObject(text: string): JsonObject | null {
  return asObject(parseJson(text));
}

/** Undefined when the text is not JSON. An amount is never rounded to the one that was asked for. */
export function parseJson(text: string): unknown {
  try {
    return parseLosslessJson(text);
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

export function objectField(object: JsonObject | null, name: string): JsonObject | null {
  return asObject(object?.[name]);
}

export function arrayField(object: JsonObject, name: string): readonly unknown[] {
  const value = object[name];
  return Array.isArray(value) ? value : [];
}

export function textField(object: JsonObject | null, name: string): string | null {
  const value = object?.[name];
  return typeof value === 'string' ? value : null;
}

export function numberField(object: JsonObject, name: string): number | null {
  const value = object[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

const HAS_OFFSET = /(Z|[+-]\d\d:?\d\d)$/i;

/** Toss writes `+09:00`, and now and then no offset at all, which then is Korean time as well. */
export function instantField(object: JsonObject | null, name: string): Date | null {
  const text = textField(object, name);
  if (text === null) return null;
  const instant = new Date(HAS_OFFSET.test(text) ? text : `${text}+09:00`);
  return Number.isNaN(instant.getTime()) ? null : instant;
}
