import { describe, expect, it } from '@jest/globals';

import { brokenProtocol } from '../../testing/broken-protocol';
import { modelCheck, type ModelCheckOptions } from '../../testing/model-check';
import * as protocol from './money-protocol';
import { defaultProtocolRules } from './protocol-rules';

const bounded: ModelCheckOptions = {
  depth: 8,
  rules: defaultProtocolRules,
  times: { landsAfterMs: defaultProtocolRules.settleMs - 100, clientDeadlineMs: 60_000, lateByMs: 90_000 },
  violationsMax: 3,
};
/** Enough time to go on after every slow answer, which the default of 75 s would end. */
const patient = { ...bounded, rules: { ...defaultProtocolRules, totalMs: 1_800_000 } };
/** Its time ends in the middle of everything. */
const hurried = { ...bounded, rules: { ...defaultProtocolRules, totalMs: defaultProtocolRules.settleMs } };

describe('money protocol, against a Toss that protects nobody', () => {
  it('charges at most once and never denies a charge, over every sequence of answers to depth 8', () => {
    const result = modelCheck(protocol, bounded);
    expect(result.violations).toEqual([]);
    expect(result.sequences).toBeGreaterThan(10_000);
    expect(Object.keys(result.words).sort()).toEqual(['approved', 'declined', 'not-charged', 'refused', 'unknown']);
  });

  it.each([
    ['no limit', patient],
    ['short', hurried],
  ])('does so when time is %s', (_time, options) => {
    expect(modelCheck(protocol, options).violations).toEqual([]);
  });

  it.each([
    [
      'uses a new key without a look-up',
      'return lookUp({ ...state, complaint,',
      'if (complaint.mayUseNewKey) return sendUnderSecondKey({ ...state, complaint }); return lookUp({ ...state, complaint,',
    ],
    ['uses a new key although a send is unanswered', ' && !state.unanswered;', ';'],
    ['uses a new key because there was no answer', 'key: state.key, wait: backoff', "key: 'second', wait: backoff"],
    ['uses a new key again and again', " && state.key === 'first'", ''],
    ['looks only once, before the settle time', 'if (!state.settleWaited) {', 'if (!state.settleWaited && false) {'],
    ['does not wait for the settle time', 'atLeastMs: rules.settleMs', 'atLeastMs: 0'],
    ['forgets that a send was not answered', '...state, unanswered: true,', '...state,'],
    [
      'believes that an unsent resend undoes the first send',
      'if (!state.unanswered) return conclude(unsent);',
      'return finish(unsent, fact.outcome);',
    ],
    [
      'believes a refusal at the door although a send is unanswered',
      "fact.then === 'stop' && speaksForAll",
      "fact.then === 'stop'",
    ],
    ['says what an error meant although a send is unanswered', 'if (state.unanswered) return finish(state, null);', ''],
    [
      'says what an error meant before the books are clear',
      'state.booksClear ? state.complaint.ifNotDone : null',
      'state.complaint.ifNotDone',
    ],
    ['keeps trying when its time is over', '? step : conclude(step.state)', '? step : step'],
  ])('is caught when it %s', (_rule, intact, broken) => {
    const broke = brokenProtocol(intact, broken);
    const violations = [bounded, patient, hurried].flatMap(
      (options) => modelCheck(broke, { ...options, violationsMax: 1 }).violations,
    );
    expect(violations).not.toEqual([]);
  });
});
