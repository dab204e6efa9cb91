import { describe, expect, it } from '@jest/globals';

import { begin, type LookUpFact, next, type ProtocolEvent, type SendFact, type Step } from './money-protocol';
import { defaultProtocolRules as rules } from './protocol-rules';

const noAnswer = { kind: 'no-answer' } as const;
const notSent = { kind: 'not-sent', worthRepeating: true, outcome: 'not-charged' } as const;
const retryable = { kind: 'complaint', then: 'look-up-then-new-key', ifNotDone: 'not-charged' } as const;
const failed = { kind: 'complaint', then: 'look-up-then-new-key', ifNotDone: null } as const;
const refused = { kind: 'complaint', then: 'stop', ifNotDone: 'refused' } as const;
const asked = { kind: 'complaint', then: 'look-up', ifNotDone: 'not-charged' } as const;
const approved = { kind: 'final', outcome: 'approved' } as const;
const nothingDone = { kind: 'nothing-done' } as const;
const unreadable = { kind: 'unreadable' } as const;

/** Plays facts into a fresh request and lists what it did: `send first`, `look-up`, …, and its last word. */
function play(...facts: (SendFact<string> | LookUpFact<string>)[]): string[] {
  let step: Step<string> = begin<string>();
  const did = [wordOf(step)];
  for (const fact of facts) {
    const of = step.action.do === 'send' ? 'send' : 'look-up';
    step = next(rules, step.state, { of, fact } as ProtocolEvent<string>, 0);
    did.push(wordOf(step));
  }
  return did;
}

function wordOf({ action }: Step<string>): string {
  switch (action.do) {
    case 'send':
      return `send ${action.key}`;
    case 'look-up':
      return action.wait.atLeastMs > 0 ? 'settle, look-up' : 'look-up';
    case 'finish':
      return action.outcome ?? 'unknown';
  }
}

describe('money protocol', () => {
  it('believes an approval at once', () => {
    expect(play(approved)).toEqual(['send first', 'approved']);
  });

  it('asks when there was no answer, or 409, and sends the same key again unless the books show what it did', () => {
    const inFlight = { kind: 'in-flight' } as const;
    expect(play(noAnswer, approved)).toEqual(['send first', 'look-up', 'approved']);
    expect(play(noAnswer, nothingDone, inFlight, unreadable, noAnswer, nothingDone, noAnswer, approved)).toEqual([
      ...Array<string[]>(4).fill(['send first', 'look-up']).flat(),
      'approved',
    ]);
  });

  it('sends nothing more when it was turned away, and leaves the same key to whoever comes next', () => {
    const turnedAway = { kind: 'turned-away' } as const;
    expect(play(turnedAway, nothingDone)).toEqual(['send first', 'look-up', 'unknown']);
  });

  it('says unknown when nobody answered and the books show nothing, even after the settle time', () => {
    const resends = Array<[typeof noAnswer, typeof nothingDone]>(3).fill([noAnswer, nothingDone]).flat();
    const played = play(...resends, noAnswer, nothingDone, nothingDone);
    expect(played.slice(6)).toEqual(['send first', 'look-up', 'settle, look-up', 'unknown']);
  });

  it('looks up after a received error, waits, looks again, and only then uses the second key, once', () => {
    expect(play(retryable, nothingDone, nothingDone, retryable, nothingDone, nothingDone)).toEqual([
      'send first',
      'look-up',
      'settle, look-up',
      'send second',
      'look-up',
      'settle, look-up',
      'not-charged',
    ]);
  });

  it('does not send a key again that was answered with an error, though an earlier send of it was not answered', () => {
    expect(play(noAnswer, nothingDone, retryable, nothingDone, nothingDone).slice(2)).toEqual([
      'send first',
      'look-up',
      'settle, look-up',
      'unknown',
    ]);
  });

  it('uses no second key for an error that time does not heal', () => {
    expect(play(asked, nothingDone, nothingDone)).toEqual(['send first', 'look-up', 'settle, look-up', 'not-charged']);
  });

  it('does not let a later, milder error explain an earlier one that meant nothing certain', () => {
    expect(play(failed, nothingDone, nothingDone, refused, nothingDone, nothingDone).at(-1)).toBe('unknown');
    expect(play(failed, nothingDone, nothingDone, { ...notSent, worthRepeating: false }).at(-1)).toBe('unknown');
  });

  it('looks up before it believes a refusal under the second key', () => {
    expect(play(retryable, nothingDone, nothingDone, refused, approved).at(-2)).toBe('look-up');
  });

  it('believes a refusal of the first send', () => {
    expect(play(refused)).toEqual(['send first', 'refused']);
  });

  it('says not-charged when no send ever left, after a few tries or at once', () => {
    expect(play(notSent, notSent, notSent, notSent)).toEqual([...Array<string>(4).fill('send first'), 'not-charged']);
    expect(play({ ...notSent, worthRepeating: false })).toEqual(['send first', 'not-charged']);
  });

  it('asks once when a resend could not be sent after a send without answer', () => {
    expect(play(noAnswer, nothingDone, { ...notSent, worthRepeating: false }, nothingDone)).toEqual([
      'send first',
      'look-up',
      'send first',
      'look-up',
      'unknown',
    ]);
  });

  it('gives up on books that stay unreadable', () => {
    expect(play(retryable, unreadable, unreadable, unreadable)).toEqual([
      'send first',
      'look-up',
      'look-up',
      'look-up',
      'unknown',
    ]);
    expect(play(retryable, unreadable, unreadable, nothingDone, unreadable, unreadable, approved).at(-1)).toBe(
      'approved',
    );
  });

  it('waits longer each time, up to the limit', () => {
    let step = begin<string>();
    const jitters: number[] = [];
    const many = { ...rules, sendsPerKeyMax: 7 };
    for (let i = 0; i < 6; i += 1) {
      step = next(many, step.state, { of: 'send', fact: noAnswer }, 0);
      step = next(many, step.state, { of: 'look-up', fact: nothingDone }, 0);
      if (step.action.do === 'send') jitters.push(step.action.wait.jitterMs);
    }
    expect(jitters).toEqual([200, 400, 800, 1600, 2000, 2000]);
  });

  it('begins nothing that could not begin within its time', () => {
    const { state } = begin<string>();
    const late = next(rules, state, { of: 'send', fact: notSent }, rules.totalMs - 200);
    expect(late.action).toEqual({ do: 'finish', outcome: 'not-charged' });
    const unanswered = next(rules, state, { of: 'send', fact: noAnswer }, rules.totalMs);
    expect(unanswered.action).toEqual({ do: 'finish', outcome: null });
    const inTime = next(rules, state, { of: 'send', fact: notSent }, rules.totalMs - 201);
    expect(inTime.action.do).toBe('send');
  });
});
