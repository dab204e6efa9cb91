import { describe, expect, it } from '@jest/globals';
import { wavesOf } from './waves-of';

const rows = (text: string) =>
  text.split(' ').map((each, id) => ({ id, key: each.charAt(0), topic: each.charAt(1), text: each }));
const waves = (text: string) =>
  wavesOf(rows(text)).map((wave) => wave.map(({ id, text: each }) => `${each}${id}`).join(' '));

describe('wavesOf', () => {
  it.each([
    ['one topic', 'a1 b1 a1', ['a10 b11 a12']],
    ['another topic of the same key waits', 'a1 a2 b1', ['a10 b12', 'a21']],
    ['back on the first topic waits for both', 'a1 a2 a1 a1', ['a10', 'a21', 'a12 a13']],
    ['each key by itself', 'a1 b2 b1 a1 b2', ['a10 b21 a13', 'b12', 'b24']],
  ])('%s', (_what, text, expected) => {
    expect(waves(text).map((wave) => wave.replace(/(\w)(\d)(\d)/g, '$1$2$3'))).toEqual(expected);
  });

  it('loses none, keeps the order of each key, and never has two topics of a key in a wave', () => {
    let seed = 7;
    const next = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    for (let round = 0; round < 200; round++) {
      const drawn = Array.from({ length: 1 + next(40) }, (_, id) => ({ id, key: `${next(5)}`, topic: `${next(3)}` }));
      const cut = wavesOf(drawn);
      expect(
        cut
          .flat()
          .map(({ id }) => id)
          .sort((a, b) => a - b),
      ).toEqual(drawn.map(({ id }) => id));
      for (const key of new Set(drawn.map((row) => row.key))) {
        const of = (all: readonly (typeof drawn)[number][]) => all.filter((row) => row.key === key);
        expect(of(cut.flat())).toEqual(of(drawn));
        for (const wave of cut) expect(new Set(of(wave).map(({ topic }) => topic)).size).toBeLessThanOrEqual(1);
      }
    }
  });
});
