import { type JsonValue } from './json-value.js';

export interface ParseJsonOptions {
  /**
   * What becomes of a number written with a fraction or an exponent (`1.5`, `10000.0`, `1e3`): a `number` as with
   * `JSON.parse` (the default), or its own digits as a string, for readers that must tell `10000.0` from `10000`.
   */
  readonly decimals?: 'number' | 'text';
}

/**
 * `JSON.parse` that keeps integers: those beyond ±(2^53 - 1) come out as `bigint`, all others as `number`.
 * An integer of more than 308 digits is ±Infinity, as with `JSON.parse`.
 * @throws SyntaxError exactly when `JSON.parse` does.
 */
export function parseJson(text: string, { decimals = 'number' }: ParseJsonOptions = {}): JsonValue {
  const keepDecimals = decimals === 'text';
  if (!keepDecimals && !SIXTEEN_DIGITS.test(text)) return JSON.parse(text) as JsonValue;
  // Node 20 does not show a reviver the source text. So big integers are put in quotes behind a mark, native parsing
  // does the work, and marked strings are turned into integers. The mark is random, so that no sender can write it.
  const mark = `\u0091${Math.random()}:`;
  const marked = markNumbers(text, mark, keepDecimals);
  if (marked === text) return JSON.parse(text) as JsonValue;
  try {
    return withIntegers(JSON.parse(marked) as JsonValue, mark);
  } catch {
    // The message must speak of the text that was given.
    return JSON.parse(text) as JsonValue;
  }
}

const SIXTEEN_DIGITS = /\d{16}/;
const LONG_NUMBER = /[-\d][\d.eE+-]{15,}/g;
const ANY_NUMBER = /[-\d][\d.eE+-]*/g;
const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DIGITS_MAX = 308;

function markNumbers(text: string, mark: string, keepDecimals: boolean): string {
  let marked = '';
  let copied = 0;
  let stringStart = text.indexOf('"');
  let stringEnd = -1;
  for (const { 0: token, index } of text.matchAll(keepDecimals ? ANY_NUMBER : LONG_NUMBER)) {
    while (stringStart !== -1 && stringStart < index) {
      stringEnd = endOfString(text, stringStart);
      stringStart = text.indexOf('"', stringEnd + 1);
    }
    const isInString = index < stringEnd;
    if (isInString || isName(text, index + token.length)) continue;
    const quoted = quotedNumber(token, mark, keepDecimals);
    if (quoted === undefined) continue;
    marked += text.slice(copied, index) + quoted;
    copied = index + token.length;
  }
  return copied === 0 ? text : marked + text.slice(copied);
}

/** @returns undefined for a token that native parsing reads as it should, or refuses as it should. */
function quotedNumber(token: string, mark: string, keepDecimals: boolean): string | undefined {
  if (INTEGER.test(token)) {
    const isExact = Number.isSafeInteger(Number(token));
    return isExact || token.length > DIGITS_MAX ? undefined : `"${mark}${token}"`;
  }
  return keepDecimals && DECIMAL.test(token) ? `"${token}"` : undefined;
}

/** @returns index of the closing quote, or of the end of the text. */
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

/** A bare number before a colon is no JSON; in quotes it would become some. */
function isName(text: string, end: number): boolean {
  let next = end;
  while (' \t\r\n'.includes(text.charAt(next)) && next < text.length) next++;
  return text.charAt(next) === ':';
}

/** Works through a list instead of recursion: foreign text may nest deeper than the call stack. */
function withIntegers(root: JsonValue, mark: string): JsonValue {
  const holder: Record<string, JsonValue> = { root };
  const pending: Record<string, JsonValue>[] = [holder];
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    for (const name of Object.keys(parent)) {
      const value = parent[name];
      if (typeof value === 'string') {
        if (value.startsWith(mark)) parent[name] = BigInt(value.slice(mark.length));
      } else if (typeof value === 'object' && value !== null) {
        pending.push(value as Record<string, JsonValue>);
      }
    }
  }
  return holder['root'] as JsonValue;
}
