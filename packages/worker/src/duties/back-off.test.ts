import { describe, expect, it } from '@jest/globals';
import { backOffDelayMs } from './back-off';

describe('backOffDelayMs', () => {
  const backOff = { retryDelayMs: 100, retryDelayMsMax: 1_000 };

  it('doubles with each failure up to the maximum', () => {
    const ceilings = [1, 2, 3, 4, 5, 2_000].map((failures) => 2 * backOffDelayMs(backOff, failures, 0));
    expect(ceilings).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('spreads between half and all of it', () => {
    expect(backOffDelayMs(backOff, 2, 0)).toBe(100);
    expect(backOffDelayMs(backOff, 2, 0.5)).toBe(150);
  });
});
