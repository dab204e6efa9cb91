import { describe, expect, it } from '@jest/globals';
import { traceFieldsOf, traceParentOf } from './trace-parent';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = `00-${TRACE}-${SPAN}-01`;

describe('traceParentOf', () => {
  it.each<[string, unknown, string | null]>([
    ['text', PARENT, PARENT],
    ['the bytes of a Kafka header', Buffer.from(PARENT), PARENT],
    ['a trace that is not recorded', `00-${TRACE}-${SPAN}-00`, `00-${TRACE}-${SPAN}-00`],
    ['flags that version 00 does not know', `00-${TRACE}-${SPAN}-ff`, PARENT],
    ['a later version, which may be longer', `cc-${TRACE}-${SPAN}-01-what-comes`, PARENT],
    ['version 00 and more', `${PARENT}-more`, null],
    ['the version that is none', `ff-${TRACE}-${SPAN}-01`, null],
    ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`, null],
    ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`, null],
    ['capital letters', PARENT.toUpperCase(), null],
    ['a line break behind it', `${PARENT}\n`, null],
    ['something else', 'order-90210', null],
    ['nothing', undefined, null],
    ['a header without a value', null, null],
    ['a header that is repeated', [PARENT, PARENT], null],
    ['a record of a megabyte', Buffer.alloc(1_048_576, '-'), null],
  ])('reads %s', (_what, header, expected) => {
    expect(traceParentOf(header)).toBe(expected);
  });
});

describe('traceFieldsOf', () => {
  it('names the trace, where there is one', () => {
    expect(traceFieldsOf(PARENT)).toEqual({ trace_id: TRACE });
    expect(traceFieldsOf(null)).toEqual({});
  });
});
