import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { indentedJson } from './indented-json';

describe('indentedJson', () => {
  it('keeps every digit', () => {
    expect(indentedJson('{"orderId":9007199254740993,"amount":1.50}')).toBe(
      '{\n  "orderId": 9007199254740993,\n  "amount": 1.50\n}',
    );
  });

  it('says the same as JSON.stringify of what that can hold', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(indentedJson(text)).toBe(JSON.stringify(JSON.parse(text), null, 2));
      }),
      { seed: Number(process.env['FC_SEED'] ?? 20261125) },
    );
  });

  it('works from its source alone, as the page has it', () => {
    const ofPage = runInNewContext(`(${indentedJson.toString()})`) as typeof indentedJson;
    expect(ofPage('[{},[],{"a":[1]}]')).toBe(JSON.stringify([{}, [], { a: [1] }], null, 2));
  });
});
