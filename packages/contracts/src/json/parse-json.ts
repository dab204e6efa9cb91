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
 *
 * And none appears that was not there: where `JSON.parse` would round a number with a fraction to an integer within
 * ±(2^53 - 1), as it does `1e-400` and `14999.9999999999999999`, it comes out as the next double towards zero that is
 * no integer; as `NaN` beyond 2^52, where there is none.
 * @throws SyntaxError exactly when `JSON.parse` does.
 */
export function parseJson(text: string, { decimals = 'number' }: ParseJsonOptions = {}): JsonValue {
  const keepDecimals = decimals === 'text';
  const care = keepDecimals ? 'decimals' : careFor(text);
  if (care === 'none') return JSON.parse(text) as JsonValue;
  // Node 20 does not show a reviver the source text. So numbers that need care are put in quotes, behind a mark unless
  // they are to stay text; native parsing does the work, and marked strings become numbers again.
  // Whether a number stands inside a string is not asked at first: there, the added quote would end that string, and
  // what follows it is no JSON. Only then the text is walked string by string.
  try {
    return care === 'integers'
      ? withNumbers(JSON.parse(quoteLongIntegers(text)) as JsonValue, integerOf)
      : withNumbers(JSON.parse(quoteNumbers(text, keepDecimals)) as JsonValue, anyNumberOf);
  } catch {
    // The message of an error must speak of the text that was given.
    JSON.parse(text);
    return withNumbers(JSON.parse(quoteNumbers(text, keepDecimals, new StringCursor(text))) as JsonValue, anyNumberOf);
  }
}

// U+0091 is a control character nobody writes, and the rest is random so that nobody can.
const MARK = `\u0091${Math.random().toString(36).slice(2, 8)}`;

// A number stands between one of `:[,` and one of `,]}`. These patterns take time in proportion to the text, whatever
// it is: they start at separators only, and digits are bounded or followed by nothing that could give them back.
const LONG_INTEGER = /(^\s*|[:[,]\s*)(-?[1-9]\d{15,307})(?=\s*(?:[,\]}]|$))/g;
const ANY_NUMBER = /(^\s*|[:[,]\s*)(-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)(?=\s*(?:[,\]}]|$))/g;

const quoteLongIntegers = (text: string) => text.replace(LONG_INTEGER, `$1"${MARK}$2"`);

function quoteNumbers(text: string, keepDecimals: boolean, strings?: StringCursor): string {
  return text.replace(ANY_NUMBER, (all, before: string, number: string, ...[fraction, exponent, at]: NumberParts) => {
    const isDecimal = fraction !== undefined || exponent !== undefined;
    if (!isDecimal && (number.length < UNSAFE_DIGITS_MIN || number.length > DIGITS_MAX)) return all;
    if (strings?.isInside(at + before.length) === true) return all;
    return `${before}"${isDecimal && keepDecimals ? '' : MARK}${number}"`;
  });
}

type NumberParts = [fraction: string | undefined, exponent: string | undefined, at: number, ...unknown[]];

const UNSAFE_DIGITS_MIN = 16;
const DIGITS_MAX = 308;

function careFor(text: string): 'none' | 'integers' | 'decimals' {
  if (hasLongFraction(text) || hasNegativeExponent(text)) return 'decimals';
  return hasLongInteger(text) ? 'integers' : 'none';
}

/** Doubles tell all numbers of up to 15 digits apart, so it takes 16 of them to be rounded to an integer... */
function hasLongFraction(text: string): boolean {
  for (let point = text.indexOf('.'); point !== -1; point = text.indexOf('.', point + 1)) {
    let start = point;
    while (isDigit(text.charCodeAt(start - 1))) start--;
    let end = point + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    if (end - start > UNSAFE_DIGITS_MIN) return true;
  }
  return false;
}

/** ...or to be too small for any double. Uuids have their share of `7e-4`, but no number ends there. */
function hasNegativeExponent(text: string): boolean {
  for (let minus = text.indexOf('-'); minus !== -1; minus = text.indexOf('-', minus + 1)) {
    if (!isExponentMark(text.charCodeAt(minus - 1)) || !isDigit(text.charCodeAt(minus - 2))) continue;
    let end = minus + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    if (AFTER_NUMBER.test(text.charAt(end))) return true;
  }
  return false;
}

const AFTER_NUMBER = /^[,\]}\s]?$/;

function hasLongInteger(text: string): boolean {
  // A run of 16 digits covers one of every 16 places, so the others need no look.
  for (let place = UNSAFE_DIGITS_MIN - 1; place < text.length; place += UNSAFE_DIGITS_MIN) {
    if (!isDigit(text.charCodeAt(place))) continue;
    let start = place;
    while (isDigit(text.charCodeAt(start - 1))) start--;
    let end = place + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    if (end - start >= UNSAFE_DIGITS_MIN) return true;
  }
  return false;
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39;
const isExponentMark = (code: number) => code === 0x65 || code === 0x45;

/** Answers for rising positions whether they are inside a string of the text. */
class StringCursor {
  #start: number;
  #end = -1;

  constructor(private readonly text: string) {
    this.#start = text.indexOf('"');
  }

  isInside(position: number): boolean {
    while (this.#start !== -1 && this.#start < position) {
      this.#end = this.#closingQuote(this.#start);
      this.#start = this.text.indexOf('"', this.#end + 1);
    }
    return position < this.#end;
  }

  #closingQuote(start: number): number {
    let end = start;
    for (;;) {
      end = this.text.indexOf('"', end + 1);
      if (end === -1) return this.text.length;
      let backslashes = 0;
      while (this.text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
      if (backslashes % 2 === 0) return end;
    }
  }
}

/** Works through a list instead of recursion: foreign text may nest deeper than the call stack. */
function withNumbers(root: JsonValue, numberOf: (text: string) => number | bigint): JsonValue {
  const holder = [root];
  const pending: (JsonValue[] | Record<string, JsonValue>)[] = [holder];
  const numberIn = (member: JsonValue | undefined): number | bigint | undefined => {
    if (typeof member === 'string') return isMarked(member) ? numberOf(member.slice(MARK.length)) : undefined;
    if (typeof member === 'object' && member !== null) pending.push(member as JsonValue[]);
    return undefined;
  };
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    if (Array.isArray(parent)) {
      for (let index = 0; index < parent.length; index++) {
        const number = numberIn(parent[index]);
        if (number !== undefined) parent[index] = number;
      }
    } else {
      for (const name in parent) {
        const number = numberIn(parent[name]);
        if (number !== undefined) parent[name] = number;
      }
    }
  }
  return holder[0] as JsonValue;
}

const isMarked = (text: string) => text.charCodeAt(0) === MARK.charCodeAt(0) && text.startsWith(MARK);

function anyNumberOf(text: string): number | bigint {
  return IS_DECIMAL.test(text) ? decimalOf(text) : integerOf(text);
}

const IS_DECIMAL = /[.eE]/;

function integerOf(digits: string): number | bigint {
  // With a sign, the longest exact ones have 17 characters.
  const number = digits.length > UNSAFE_DIGITS_MIN + 1 ? NaN : Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

function decimalOf(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || isWhole(text)) return number;
  if (number === 0) return text.startsWith('-') ? -Number.MIN_VALUE : Number.MIN_VALUE;
  return Math.abs(number) <= FRACTIONS_MAX ? number * (1 - Number.EPSILON / 2) : NaN;
}

/** From here on every double is whole. */
const FRACTIONS_MAX = 2 ** 52;

/** Looks at the digits and never computes the number: `1e-999999999` has a billion of them. */
function isWhole(decimal: string): boolean {
  const [mantissa = '', exponent = '0'] = decimal.split(/[eE]/);
  const point = mantissa.indexOf('.');
  let last = mantissa.length - 1;
  while (last >= 0 && !isSignificant(mantissa.charCodeAt(last))) last--;
  if (last < 0) return true;
  const decimals = point === -1 || last < point ? 0 : last - point;
  const integerEnd = point === -1 ? mantissa.length : point;
  const zeros = last < integerEnd ? integerEnd - 1 - last : 0;
  return Number(exponent) >= decimals - zeros;
}

const isSignificant = (code: number) => code >= 0x31 && code <= 0x39;
