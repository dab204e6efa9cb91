import { describe, expect, it } from '@jest/globals';

import { brokenProtocol } from '../../testing/broken-protocol';
import { intactWorkerRules as workerRules, type WorkerRules } from '../../testing/worker-rules';
import { workersModelCheck, type WorkersModelCheckOptions } from '../../testing/workers-model-check';
import * as protocol from './money-protocol';
import { defaultProtocolRules } from './protocol-rules';

/** One repetition and one more look stand for several: what they can do does not depend on how many there were. */
const rules = { ...defaultProtocolRules, sendsPerKeyMax: 2, lookUpsMax: 2 };
const two: WorkersModelCheckOptions = { workers: 2, depth: 6, rules, workerRules };
const three: WorkersModelCheckOptions = { ...two, workers: 3, depth: 4 };

describe('money protocol with several workers, against a Toss that protects nobody', () => {
  it.each([
    ['two', two, 400_000],
    ['three', three, 40_000],
  ])('charges at most once and never denies a charge with %s workers', (_many, options, statesMin) => {
    const { states, ends, statuses, violation } = workersModelCheck(protocol, options);
    expect(violation).toBeNull();
    expect(states).toBeGreaterThan(statesMin);
    expect(ends).toBeGreaterThan(0);
    expect(statuses).toEqual(['DECLINED', 'IN_FLIGHT', 'NOT_CHARGED', 'REFUSED', 'SUCCEEDED', 'UNKNOWN']);
  });

  it.each<[string, Partial<WorkerRules>]>([
    ['begins innocent after a takeover', { remember: (record) => ({ ...record, unanswered: false }) }],
    ['settles what another worker owns', { settleComparesFence: false }],
    ['takes over what is leased, under the same token', { takeOverChecks: false }],
    ['sends after its lease without asking', { permitAsked: false }],
    ['forgets at a takeover which key was used', { remember: (record) => ({ ...record, keySlot: 'first' }) }],
    ['forgets at a takeover that an error was unclear', { remember: (record) => ({ ...record, isUnclear: false }) }],
    ['believes before the end of the session that Toss knows no payment', { absenceWaits: false }],
    ['records a send when it is over', { recordsBeforeSending: false }],
    ["ends another worker's lease with its late unknown", { staleLeavesLease: false }],
  ])('is caught when a worker %s', (_rule, broken) => {
    const { violation } = workersModelCheck(protocol, { ...two, workerRules: { ...workerRules, ...broken } });
    expect(violation).not.toBeNull();
  });

  it.each([
    [
      'believes after a takeover that what was held back undoes what was sent',
      'if (!state.unanswered) return conclude(unsent);',
      'return finish(unsent, fact.outcome);',
    ],
    ['uses the second key after a takeover although a send is unanswered', ' && !state.unanswered;', ';'],
  ])('is caught when it %s', (_rule, intact, broken) => {
    const { violation } = workersModelCheck(brokenProtocol(intact, broken), two);
    expect(violation).not.toBeNull();
  });
});
