import { describe, expect, it } from '@jest/globals';

import { intactWorkerRules } from '../../testing/worker-rules';
import { workersModelCheck } from '../../testing/workers-model-check';
import * as protocol from './money-protocol';
import { defaultProtocolRules } from './protocol-rules';

/** Bounds the walk, which takes one or two minutes. */
const DEADLINE_MS = 15 * 60_000;

describe('money protocol with three workers, as deep as with two', () => {
  it(
    'charges at most once and never denies a charge',
    () => {
      const { states, violation } = workersModelCheck(protocol, {
        workers: 3,
        depth: 6,
        rules: { ...defaultProtocolRules, sendsPerKeyMax: 2, lookUpsMax: 2 },
        workerRules: intactWorkerRules,
      });
      expect(violation).toBeNull();
      expect(states).toBeGreaterThan(2_000_000);
    },
    DEADLINE_MS,
  );
});
