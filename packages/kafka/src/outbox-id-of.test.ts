import { describe, expect, it } from '@jest/globals';
import { outboxIdOf } from './outbox-id-of';

const idOf = (id: string | Buffer | (string | Buffer)[] | undefined) =>
  outboxIdOf({ headers: id === undefined ? {} : { id } });

describe('outboxIdOf', () => {
  it('reads the id that the outbox router wrote, up to the largest that a row can have', () => {
    expect(idOf(Buffer.from('1'))).toBe(1n);
    expect(idOf('42')).toBe(42n);
    expect(idOf(Buffer.from('9223372036854775807'))).toBe(9_223_372_036_854_775_807n);
  });

  it.each([
    ['no header', undefined],
    ['the header twice', [Buffer.from('1'), Buffer.from('2')]],
    ['nothing', ''],
    ['a UUID', '7f1c3d9e-0000-4000-8000-000000000000'],
    ['a negative number', '-1'],
    ['a fraction', '1.0'],
    ['a line more', '1\n'],
    ['a hexadecimal number', '0x10'],
    ['a number that no row can have', '9223372036854775808'],
    ['a number beyond all bounds', '9'.repeat(400)],
  ])('finds none in %s', (_what, header) => {
    expect(idOf(header)).toBeNull();
  });

  it('finds none where there are no headers at all', () => {
    expect(outboxIdOf({})).toBeNull();
  });
});
