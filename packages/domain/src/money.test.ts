import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Money } from './money';

const amounts = fc.bigInt({ min: 0n, max: Money.max });

describe('Money', () => {
  it('is 0 won at least', () => {
    expect(Money.krw(0n).isZero).toBe(true);
    expect(() => Money.krw(-1n)).toThrow(expect.objectContaining({ code: 'INVALID_MONEY' }));
  });

  it('is at most what every JSON parser reads without loss', () => {
    expect(Number(Money.krw(Money.max).krw)).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => Money.krw(Money.max + 1n)).toThrow(expect.objectContaining({ code: 'INVALID_MONEY' }));
  });

  it('adds and takes away to the won, and refuses to owe', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const [more, less] = a > b ? [a, b] : [b, a];
        expect(Money.krw(more).minus(Money.krw(less)).plus(Money.krw(less)).krw).toBe(more);
        if (more !== less) expect(() => Money.krw(less).minus(Money.krw(more))).toThrow('negative');
        expect(Money.krw(more).isMoreThan(Money.krw(less))).toBe(more !== less);
        expect(Money.krw(a).equals(Money.krw(b))).toBe(a === b);
      }),
    );
  });

  it('never adds up to more than its bound', () => {
    expect(() => Money.krw(Money.max).plus(Money.krw(1n))).toThrow('at most');
  });

  it('changes neither operand', () => {
    const price = Money.krw(1_000n);
    price.plus(Money.krw(1n));
    expect(price.krw).toBe(1_000n);
  });
});
