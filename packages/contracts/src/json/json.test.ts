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

  describe('a number that is not whole', () => {
    it.each([
      ['1e-400', 5e-324],
      ['-1e-400', -5e-324],
      ['1E-0400', 5e-324],
      ['1e-999999999', 5e-324],
      [`1e-${'9'.repeat(30)}`, 5e-324],
      [`0.${'0'.repeat(330)}1`, 5e-324],
      ['0.99999999999999999999', 0.9999999999999999],
      ['-0.99999999999999999999', -0.9999999999999999],
      ['10000.0000000000001', 9999.999999999998],
      ['14999.9999999999999999999', 14999.999999999998],
      ['1.00000000000000000001e1', 9.999999999999998],
      ['100000000000000000001e-20', 0.9999999999999999],
      ['4503599627370495.9', 4503599627370495.5],
    ])('%s is not rounded to a whole one', (text, number) => {
      expect(parseJson(text)).toBe(number);
      expect(parseJson(`{"a":[7,${text}\n],"b":"${text}","c":{"d": ${text} }}`)).toEqual({
        a: [7, number],
        b: text,
        c: { d: number },
      });
    });

    it.each(['4503599627370497.5', '9007199254740990.6', '-9007199254740991.1', '90071992547409901e-1'])(
      '%s is NaN, where every double is whole',
      (text) => {
        expect(parseJson(`[${text}]`)).toEqual([NaN]);
      },
    );

    it('stays so whatever its digits, its exponent and its sign', () => {
      const digits = fc.string({
        unit: fc.constantFrom('0', '0', '9', '9', '4', '5', '1'),
        minLength: 1,
        maxLength: 40,
      });
      const decimal = fc.record({
        sign: fc.constantFrom('', '-'),
        integer: digits.map((text) => text.replace(/^0+(?=.)/, '')),
        fraction: digits,
        exponent: fc.integer({ min: -420, max: 60 }),
      });
      fc.assert(
        fc.property(decimal, ({ sign, integer, fraction, exponent }) => {
          const text = `${sign}${integer}.${fraction}e${exponent}`;
          const read = parseJson(text);
          const isWhole =
            exponent >= fraction.length ||
            BigInt(integer + fraction) % 10n ** BigInt(fraction.length - exponent) === 0n;
          if (isWhole || !Number.isSafeInteger(Number(text))) expect(read).toBe(Number(text));
          else expect(Number.isInteger(read)).toBe(false);
        }),
        { numRuns: 3000 },
      );
    });
  });

  it.each<[string, number]>([
    ['1e4', 10000],
    ['100e-1', 10],
    ['0e-400', 0],
    ['-0.0', -0],
    [`1${'0'.repeat(330)}e-330`, 1],
    [`0.${'0'.repeat(330)}1e331`, 1],
    ['10000.00000000000000000000', 10000],
    ['9007199254740991.0', 9007199254740991],
    ['1e999999999', Infinity],
  ])('reads %s, which is whole, as JSON.parse does', (text, number) => {
    expect(parseJson(`[${text}]`)).toEqual([number]);
  });

  // What takes quadratic time does not end within the time of a test.
  it.each([
    ['digits', `1${'0'.repeat(2_000_000)}`],
    ['digits of a fraction', `1.${'0'.repeat(2_000_000)}1`],
    ['zeros before the first digit', `0.${'0'.repeat(2_000_000)}1e2000001`],
    ['digits of an exponent', `1e-${'9'.repeat(2_000_000)}`],
    ['small numbers', '1e-999,'.repeat(300_000).slice(0, -1)],
  ])('reads any number of %s', (_, text) => {
    expect(parseJson(`[${text}]`)).toHaveLength(text.split(',').length);
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
