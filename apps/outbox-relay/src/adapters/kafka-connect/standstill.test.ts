import { describe, expect, it } from '@jest/globals';
import { Standstill } from './standstill';

const row = new Date('2026-01-01T00:00:00Z');
const laterRow = new Date('2026-01-01T00:00:01Z');

/** Looks at these seconds of its life at these oldest pending rows. @returns the seconds at which it was too long. */
function tooLongAt(looks: readonly (readonly [second: number, oldest: Date | null | 'pause'])[]): readonly number[] {
  const standstill = new Standstill(10_000);
  return looks.flatMap(([second, oldest]) => {
    if (oldest !== 'pause') return standstill.isTooLong(oldest, new Date(second * 1_000)) ? [second] : [];
    standstill.pause();
    return [];
  });
}

const everySecond = (from: number, to: number, oldest: Date | null) =>
  Array.from({ length: to - from + 1 }, (_, index) => [from + index, oldest] as const);

describe('Standstill', () => {
  it('is too long when the same row has been the oldest for all of its patience', () => {
    expect(tooLongAt(everySecond(0, 10, row))).toEqual([10]);
  });

  it('does not go by the age of the row, which another clock tells', () => {
    expect(tooLongAt([[1_000_000_000, row]])).toEqual([]);
  });

  it('is none while nothing is pending, or while the oldest changes', () => {
    expect(tooLongAt(everySecond(0, 60, null))).toEqual([]);
    expect(tooLongAt(everySecond(0, 60, row).map(([at]) => [at, new Date(at)]))).toEqual([]);
  });

  it('begins anew after a pause', () => {
    expect(tooLongAt([...everySecond(0, 9, row), [10, 'pause'], ...everySecond(11, 21, row)])).toEqual([21]);
  });

  it('has twice the patience each time over the same row, ten minutes at most, and the first again over another', () => {
    const forOneRow = tooLongAt(everySecond(0, 4_000, row));
    expect(forOneRow.map((at, index) => at - (forOneRow[index - 1] ?? -1))).toEqual(
      [11, 21, 41, 81, 161, 321, 601, 601, 601, 601, 601].slice(0, forOneRow.length),
    );
    expect(forOneRow.length).toBeGreaterThan(8);
    expect(tooLongAt([...everySecond(0, 40, row), ...everySecond(41, 51, laterRow)])).toEqual([10, 31, 51]);
  });
});
