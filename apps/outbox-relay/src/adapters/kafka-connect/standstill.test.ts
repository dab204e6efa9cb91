import { describe, expect, it } from '@jest/globals';
import { Standstill } from './standstill';

const canary = new Date('2026-01-01T00:00:00Z');

/** Looks at these seconds of its life at what has arrived last. @returns the seconds at which it was too long. */
function tooLongAt(looks: readonly (readonly [second: number, arrived: Date | null | 'pause'])[]): readonly number[] {
  const standstill = new Standstill(10_000);
  return looks.flatMap(([second, arrived]) => {
    if (arrived !== 'pause')
      return standstill.lastsFor(arrived, new Date(second * 1_000)) >= standstill.patienceMs ? [second] : [];
    standstill.pause();
    return [];
  });
}

const everySecond = (from: number, to: number, arrived: Date | null) =>
  Array.from({ length: to - from + 1 }, (_, index) => [from + index, arrived] as const);

describe('Standstill', () => {
  it.each([canary, null])('is too long when for all of its patience nothing has arrived after %p', (arrived) => {
    expect(tooLongAt(everySecond(0, 11, arrived))).toEqual([10, 11]);
  });

  it('does not go by the age of what has arrived, which another clock tells', () => {
    expect(tooLongAt([[1_000_000_000, canary]])).toEqual([]);
  });

  it('is none while something arrives', () => {
    expect(tooLongAt(everySecond(0, 60, canary).map(([at]) => [at, new Date(at)]))).toEqual([]);
  });

  it('begins anew after a pause', () => {
    expect(tooLongAt([...everySecond(0, 9, canary), [10, 'pause'], ...everySecond(11, 21, canary)])).toEqual([21]);
  });
});
