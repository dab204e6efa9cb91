import { describe, expect, it } from '@jest/globals';
import { type KafkaRecord } from './record-batch';
import { slicesOf } from './slices-of';

const records = (count: number, valueBytes = 0) =>
  Array.from({ length: count }, (_, offset) => {
    const value = Buffer.alloc(valueBytes);
    return { key: null, value, headers: {}, timestamp: '0', attributes: 0, offset: String(offset) };
  });

async function sizesOfSlices(of: readonly KafkaRecord[]): Promise<readonly number[]> {
  const slices: (readonly KafkaRecord[])[] = [];
  for await (const slice of slicesOf(of, (record) => record)) slices.push(slice);
  expect(slices.flat()).toEqual(of);
  return slices.map(({ length }) => length);
}

describe('slicesOf', () => {
  it.each([
    ['nothing', records(0), []],
    ['few', records(3), [3]],
    ['many', records(1_001), [500, 500, 1]],
    ['large ones', records(5, 100_000), [2, 2, 1]],
    ['ones that are larger than a slice', records(2, 2_000_000), [1, 1]],
  ])('has all in order: %s', async (_what, of, sizes) => {
    expect(await sizesOfSlices(of)).toEqual(sizes);
  });

  it('lets everything else have its turn between two slices', async () => {
    const seen: string[] = [];
    setImmediate(() => seen.push('other'));
    for await (const slice of slicesOf(records(501), (record) => record)) seen.push(`slice of ${slice.length}`);
    expect(seen).toEqual(['slice of 500', 'other', 'slice of 1']);
  });
});
