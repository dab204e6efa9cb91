import { describe, expect, it } from '@jest/globals';

import { Breaker } from './breaker';

/** A breaker that has just opened, at 0 ms, and its clock. */
function opened(pauseMs: number) {
  const clock = { nowMs: 0 };
  const breaker = new Breaker({ failures: 3, pauseMs }, () => clock.nowMs);
  for (let i = 0; i < 3; i += 1) breaker.heard('failed');
  return { breaker, clock };
}

describe('Breaker', () => {
  it('lets one call try at a time, after pauses that double up to the longest, though none has come back', () => {
    const { breaker, clock } = opened(2_000);
    const triedAtMs: number[] = [];
    for (clock.nowMs = 0; clock.nowMs <= 8_000; clock.nowMs += 50) {
      if (breaker.mayCall()) triedAtMs.push(clock.nowMs);
    }
    expect(triedAtMs).toEqual([250, 750, 1_750, 3_750, 5_750, 7_750]);
  });

  it('closes at the first call that comes back well, though later trials failed', () => {
    const { breaker, clock } = opened(2_000);
    clock.nowMs = 250;
    expect(breaker.mayCall()).toBe(true);
    clock.nowMs = 750;
    expect(breaker.mayCall()).toBe(true);
    breaker.heard('failed');
    expect(breaker.isOpen).toBe(true);
    breaker.heard('well');
    expect([breaker.isOpen, breaker.mayCall(), breaker.mayCall()]).toEqual([false, true, true]);
  });

  it('begins with short pauses again when it opens anew', () => {
    const { breaker, clock } = opened(2_000);
    clock.nowMs = 60_000;
    breaker.mayCall();
    breaker.heard('well');
    for (let i = 0; i < 3; i += 1) breaker.heard('failed');
    clock.nowMs += 249;
    expect(breaker.mayCall()).toBe(false);
    clock.nowMs += 1;
    expect(breaker.mayCall()).toBe(true);
  });
});
