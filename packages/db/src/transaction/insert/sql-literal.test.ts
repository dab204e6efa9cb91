import { describe, expect, it } from '@jest/globals';
import { sqlLiteral } from './sql-literal';

// That MariaDB reads them back unchanged is tested with the inserts.
describe('sqlLiteral', () => {
  it('quotes a text, and escapes what would end it or begin an escape', () => {
    expect(sqlLiteral('주문 1')).toBe("'주문 1'");
    expect(sqlLiteral("'); DROP TABLE payment; --")).toBe("'\\'); DROP TABLE payment; --'");
    expect(sqlLiteral("\\'\0")).toBe("'\\\\\\'\\0'");
  });

  it('writes numbers, nulls and dates, these in UTC', () => {
    expect([7, 9_223_372_036_854_775_807n, null].map(sqlLiteral)).toEqual(['7', '9223372036854775807', 'NULL']);
    const at = new Date('2024-02-29T15:04:05.006Z');
    expect([at, new Date(at.getTime() + 1), at].map(sqlLiteral)).toEqual([
      "'2024-02-29 15:04:05.006'",
      "'2024-02-29 15:04:05.007'",
      "'2024-02-29 15:04:05.006'",
    ]);
  });
});
