import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptySequence, observeSequence } from './sequence.js';

const observeAll = (sequences: readonly number[]) => {
  let state = emptySequence;
  const verdicts = sequences.map((sequence) => {
    const observed = observeSequence(state, sequence);
    state = observed.state;
    return observed.verdict;
  });
  return { verdicts, state };
};

describe('observeSequence', () => {
  it.each([
    ['in order', [1, 2, 3], ['next', 'next', 'next'], []],
    ['one lost', [1, 3], ['next', 'gap'], [[2, 2]]],
    ['the first ones lost', [4], ['gap'], [[1, 3]]],
    ['reordered', [1, 3, 2, 4], ['next', 'gap', 'late', 'next'], []],
    ['redelivered', [1, 2, 1, 2, 3], ['next', 'next', 'repeated', 'repeated', 'next'], []],
    ['late, and again', [3, 2, 2, 1], ['gap', 'late', 'repeated', 'late'], []],
    [
      'the middle of a gap',
      [5, 3],
      ['gap', 'late'],
      [
        [1, 2],
        [4, 4],
      ],
    ],
    ['no sequence at all', [1, 0, -1], ['next', 'repeated', 'repeated'], []],
  ])('%s', (_, sequences, verdicts, missing) => {
    expect(observeAll(sequences)).toMatchObject({ verdicts, state: { missing } });
  });

  it('agrees with a set of all that was seen', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30 }), (sequences) => {
        const seen = new Set<number>();
        const { verdicts, state } = observeAll(sequences);
        sequences.forEach((sequence, index) => {
          const highest = Math.max(0, ...seen);
          const fresh = sequence === highest + 1 ? 'next' : sequence > highest ? 'gap' : 'late';
          expect(verdicts[index]).toBe(seen.has(sequence) ? 'repeated' : fresh);
          seen.add(sequence);
        });
        const missing = state.missing.flatMap(([from, to]) =>
          Array.from({ length: to - from + 1 }, (_, i) => from + i),
        );
        const unseen = Array.from({ length: state.highest }, (_, i) => i + 1).filter((sequence) => !seen.has(sequence));
        expect(missing).toEqual(unseen);
      }),
    );
  });

  it('costs as much for a far jump as for a near one', () => {
    expect(observeSequence(emptySequence, Number.MAX_SAFE_INTEGER).state.missing).toEqual([
      [1, Number.MAX_SAFE_INTEGER - 1],
    ]);
  });
});
