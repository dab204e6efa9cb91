import { describe, expect, it } from '@jest/globals';

import { CallLimits } from './call-limits';
import { type HttpReading } from './exchange';

const fine: HttpReading = { kind: 'received', httpStatus: 200, body: '{}', answeredAt: null, traceId: null };
const declined: HttpReading = { ...fine, httpStatus: 403 };
const broken: HttpReading = { ...fine, httpStatus: 500 };
const silent: HttpReading = { kind: 'no-answer', phase: 'no-response', cause: 'x', httpStatus: null, traceId: null };
const defaults = { concurrentCallsMax: 2, waitingCallsMax: 1, breakerFailures: 3, breakerPauseMs: 40 };
const FOREVER_MS = 60_000;

/** A call that ends when the test says so. */
function heldCall(): { call: () => Promise<HttpReading>; end: (reading: HttpReading) => void; begun: boolean } {
  let end: (reading: HttpReading) => void = () => undefined;
  const held = new Promise<HttpReading>((resolve) => (end = resolve));
  const handle = {
    call: () => ((handle.begun = true), held),
    end: (reading: HttpReading) => end(reading),
    begun: false,
  };
  return handle;
}

async function answerTimes(limits: CallLimits, times: number, reading: HttpReading): Promise<void> {
  for (let i = 0; i < times; i += 1) await limits.run(() => Promise.resolve(reading), FOREVER_MS);
}

/** Tries until the pause is over and one of them was let through. */
async function untilLetThrough(limits: CallLimits, call: () => Promise<HttpReading>): Promise<HttpReading> {
  for (;;) {
    const reading = await limits.run(call, FOREVER_MS);
    if (reading.kind === 'received' || reading.cause !== 'breaker-open') return reading;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('CallLimits, the breaker', () => {
  it.each([
    ['no answer', silent],
    ['a 5xx', broken],
  ])('sends nothing after enough of %s in a row, and says so', async (_what, failure) => {
    const limits = new CallLimits(defaults);
    await answerTimes(limits, 3, failure);
    let sent = 0;
    const reading = await limits.run(() => ((sent += 1), Promise.resolve(fine)), FOREVER_MS);
    expect(reading).toMatchObject({ kind: 'no-answer', phase: 'not-sent', cause: 'breaker-open' });
    expect(sent).toBe(0);
  });

  it('does not count declines, and forgets failures at the first answer', async () => {
    const limits = new CallLimits(defaults);
    await answerTimes(limits, 10, declined);
    for (let i = 0; i < 5; i += 1) {
      await answerTimes(limits, 2, broken);
      await answerTimes(limits, 1, declined);
    }
    expect(await limits.run(() => Promise.resolve(fine), FOREVER_MS)).toBe(fine);
  });

  it('lets a single call try after the pause, nobody wait for it, and all again when it comes back well', async () => {
    const limits = new CallLimits(defaults);
    await answerTimes(limits, 3, broken);
    const trial = heldCall();
    const tried = untilLetThrough(limits, trial.call);
    while (!trial.begun) await new Promise((resolve) => setImmediate(resolve));

    const other = await limits.run(() => Promise.resolve(fine), FOREVER_MS);
    expect(other).toMatchObject({ cause: 'breaker-open' });
    trial.end(fine);
    expect(await tried).toBe(fine);
    expect(await limits.run(() => Promise.resolve(fine), FOREVER_MS)).toBe(fine);
  });

  it('pauses again when the trial fails', async () => {
    const limits = new CallLimits(defaults);
    await answerTimes(limits, 3, broken);
    await untilLetThrough(limits, () => Promise.resolve(silent));
    expect(await limits.run(() => Promise.resolve(fine), FOREVER_MS)).toMatchObject({ cause: 'breaker-open' });
  });

  it('answers at once, though the trial and another call hang in every slot', async () => {
    const limits = new CallLimits(defaults);
    const [old, trial] = [heldCall(), heldCall()];
    const running = limits.run(old.call, FOREVER_MS);
    await answerTimes(limits, 3, broken);
    const tried = untilLetThrough(limits, trial.call);
    while (!trial.begun) await new Promise((resolve) => setImmediate(resolve));
    const reading = await limits.run(() => Promise.resolve(fine), FOREVER_MS);
    expect(reading).toMatchObject({ cause: 'breaker-open' });
    old.end(fine);
    trial.end(fine);
    await Promise.all([running, tried]);
  });

  it('sends away who still waits when it opens', async () => {
    const limits = new CallLimits({ ...defaults, breakerFailures: 1 });
    const running = [heldCall(), heldCall()] as const;
    const runs = running.map(({ call }) => limits.run(call, FOREVER_MS));
    const waiting = limits.run(() => Promise.resolve(fine), FOREVER_MS);
    running[0].end(silent);
    expect(await waiting).toMatchObject({ cause: 'breaker-open' });
    running[1].end(fine);
    await Promise.all(runs);
  });
});

describe('CallLimits, the slots', () => {
  it('lets two run, one wait and refuses the next unsent', async () => {
    const limits = new CallLimits(defaults);
    const calls = [heldCall(), heldCall(), heldCall(), heldCall()] as const;
    const runs = calls.map(({ call }) => limits.run(call, FOREVER_MS));
    expect(await runs[3]).toMatchObject({ phase: 'not-sent', cause: 'too-many-calls' });
    expect(calls.map(({ begun }) => begun)).toEqual([true, true, false, false]);
    calls[0].end(fine);
    await runs[0];
    calls[2].end(fine);
    expect(await runs[2]).toBe(fine);
    calls[1].end(fine);
    await runs[1];
  });

  it('gives up waiting at the deadline, then never sends, and does not blame Toss', async () => {
    const limits = new CallLimits({ ...defaults, concurrentCallsMax: 1, breakerFailures: 1 });
    const [running, waiting] = [heldCall(), heldCall()];
    const run = limits.run(running.call, FOREVER_MS);
    expect(await limits.run(waiting.call, 10)).toMatchObject({ phase: 'not-sent', cause: 'no-slot-in-time' });
    running.end(fine);
    await run;
    expect(await limits.run(() => Promise.resolve(declined), FOREVER_MS)).toBe(declined);
    expect(waiting.begun).toBe(false);
  });

  it('tells a call that waited how much of its deadline is left', async () => {
    const limits = new CallLimits({ ...defaults, concurrentCallsMax: 1 });
    const running = heldCall();
    const run = limits.run(running.call, FOREVER_MS);
    let leftMs = Infinity;
    const waited = limits.run((left) => ((leftMs = left), Promise.resolve(fine)), FOREVER_MS);
    running.end(fine);
    await Promise.all([run, waited]);
    expect(leftMs).toBeLessThan(FOREVER_MS);
    expect(leftMs).toBeGreaterThan(0);
  });
});
