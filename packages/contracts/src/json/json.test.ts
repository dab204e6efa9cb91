import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from './parse-json.js';
import { stringifyJson } from './stringify-json.js';

describe('lossless JSON', () => {
  it('reads integers beyond 2^53 - 1 as bigint and prints the same digits again', () => {
    const text = '{"order":9223372036854775807,"debt":-9007199254740993,"list":[12345678901234567890,7]}';
    const value = parseJson(text);
    expect(value).toEqual({ order: 9223372036854775807n, debt: -9007199254740993n, list: [12345678901234567890n, 7] });
    expect(stringifyJson(value)).toBe(text);
  });

  it('leaves digits inside strings alone, behind escaped quotes too', () => {
    const text = String.raw`{"a":"12345678901234567890","b":"\\\" :12345678901234567890,","12345678901234567890":12345678901234567890}`;
    expect(parseJson(text)).toEqual({
      a: '12345678901234567890',
      b: String.raw`\" :12345678901234567890,`,
      '12345678901234567890': 12345678901234567890n,
    });
  });

  it('reads numbers with a fraction or an exponent as JSON.parse does', () => {
    expect(parseJson('[1.5,1e3,10000.0,0.12345678901234567,1e20,12345678901234567890.0]')).toEqual([
      1.5, 1000, 10000, 0.12345678901234567, 1e20, 12345678901234567890,
    ]);
  });

  it('hands out the spelling of such numbers to readers who ask for it', () => {
    expect(
      parseJson('{"a":10000.0,"b":1e3,"c":10000,"d":-1.50,"e":12345678901234567890}', { decimals: 'text' }),
    ).toEqual({
      a: '10000.0',
      b: '1e3',
      c: 10000,
      d: '-1.50',
      e: 12345678901234567890n,
    });
  });

  it('gives up digits only beyond the range of a double, as JSON.parse does', () => {
    expect(parseJson(`[${'9'.repeat(309)},1e999]`)).toEqual([Infinity, Infinity]);
  });

  it.each([
    '{12345678901234567890:1}',
    '[00000000000000001]',
    '[12345678901234567890',
    '[--12345678901234567890]',
    '["a"12345678901234567890]',
    '[1 12345678901234567890]',
    '[1234567890123456789a]',
    '"12345678901234567890',
  ])('refuses %s as JSON.parse does, with its message', (text) => {
    const message = messageOf(() => JSON.parse(text) as unknown);
    expect(messageOf(() => parseJson(text))).toBe(message);
    expect(messageOf(() => parseJson(text, { decimals: 'text' }))).toBe(message);
  });

  it('prints what JSON.stringify prints where there is no bigint', () => {
    const value = { a: undefined, b: [undefined, null, NaN], c: new Date(0), d: { 'é"\u2028': true }, e: 1e21 };
    expect(stringifyJson(value)).toBe(JSON.stringify(value));
  });

  it('survives nesting deeper than the stack when reading', () => {
    const text = `${'['.repeat(200_000)}12345678901234567890${']'.repeat(200_000)}`;
    expect(() => parseJson(text)).not.toThrow();
  });

  it('agrees with JSON.parse on every text, and keeps every integer', () => {
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.string({ unit: fc.constantFrom('"', '\\', ':', ',', '1234567890123456', '7', ' ', '-', 'é', '}') }),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        const text = stringifyJson(value);
        expect(stringifyJson(parseJson(text))).toBe(text);
        expect(lossy(parseJson(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 3000 },
    );
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

function lossy(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(lossy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, lossy(member)]));
}
