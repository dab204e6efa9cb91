import { describe, expect, it } from '@jest/globals';
import { statementChunks } from './statement-chunks';

const lengthOf = (text: string) => text.length;

describe('statementChunks', () => {
  it('keeps every row, in order, at most 500 in a chunk', () => {
    const rows = Array.from({ length: 1201 }, (_, id) => `(${id})`);
    const chunks = statementChunks(rows, lengthOf);
    expect(chunks.map((chunk) => chunk.length)).toEqual([500, 500, 201]);
    expect(chunks.flat()).toEqual(rows);
  });

  it('begins a new chunk before the text grows beyond 512 Ki characters, and sends a larger row alone', () => {
    const rows = [200, 200, 200, 600, 1].map((kibi) => 'x'.repeat(kibi * 1024));
    expect(statementChunks(rows, lengthOf).map((chunk) => chunk.length)).toEqual([2, 1, 1, 1]);
  });

  it('makes nothing of nothing', () => {
    expect(statementChunks([], lengthOf)).toEqual([]);
  });
});
