import { type KafkaRecord } from '@koosco/payment-kafka';
import { describe, expect, it } from '@jest/globals';
import { orderPlaced, spoiled } from '../../../test/order-events';
import { readOrder } from './kafka-order-placed-event-consumer';

function recordOf(value: string | Buffer | null, headers: KafkaRecord['headers'] = {}): KafkaRecord {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return { key: null, value: bytes, headers, timestamp: '0', attributes: 0, offset: '0' };
}

describe('readOrder', () => {
  it('makes an order of an OrderPlacedEvent; its id is the idempotency key', () => {
    const value = orderPlaced(
      { orderId: 9_007_199_254_740_993n, userId: 7n, payableAmount: 50_000n, correlationId: 'saga' },
      'event-1',
    );
    expect(readOrder(recordOf(value))).toMatchObject({
      kind: 'command',
      command: {
        orderId: 9_007_199_254_740_993n,
        userId: 7n,
        amount: { krw: 50_000n },
        orderName: '주문 9007199254740993',
        correlationId: 'saga',
        causationId: 'event-1',
      },
    });
  });

  it('takes the order id for a correlation id that is not there', () => {
    expect(readOrder(recordOf(orderPlaced({ orderId: 12n })))).toMatchObject({ command: { correlationId: '12' } });
  });

  it('takes the trace of the header, else the one that the event says, and minds nothing that is no trace', () => {
    const traceOf = (span: string) => `00-0af7651916cd43dd8448eb211c80319c-${span}-01`;
    const [hop, event] = [traceOf('b7ad6b7169203331'), traceOf('00f067aa0ba902b7')];
    const said = spoiled({ envelope: { traceparent: event } });
    const traced = (value: string, traceparent?: Buffer | Buffer[]) =>
      readOrder(recordOf(value, traceparent === undefined ? {} : { traceparent }));
    expect(traced(said, Buffer.from(hop))).toMatchObject({ command: { traceParent: hop } });
    expect(traced(said)).toMatchObject({ command: { traceParent: event } });
    expect(traced(said, Buffer.from('no trace'))).toMatchObject({ command: { traceParent: event } });
    expect(traced(said, [Buffer.from(hop), Buffer.from(hop)])).toMatchObject({ command: { traceParent: event } });
    expect(traced(orderPlaced({}))).toMatchObject({ command: { traceParent: null } });
  });

  it('leaves other events to others', () => {
    expect(readOrder(recordOf(spoiled({ envelope: { type: '\u{1F4B3}'.repeat(255) } })))).toEqual({ kind: 'other' });
    expect(readOrder(recordOf(spoiled({ envelope: { type: 'order.shipped' } })))).toEqual({ kind: 'other' });
    const cancelled = spoiled({ envelope: { type: 'order.cancelled' }, data: { reason: 'changed my mind' } });
    expect(readOrder(recordOf(cancelled)).kind).toBe('other');
  });

  it.each<[string, string | Buffer | null, string]>([
    ['no value', null, 'value is empty'],
    ['an empty value', '', 'value is empty'],
    ['malformed JSON', '{"id": ', 'value is not JSON'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x7b]), 'value is not UTF-8'],
    ['no id', spoiled({ envelope: { id: undefined } }), 'id is missing'],
    ['a wrong specversion', spoiled({ envelope: { specversion: '0.3' } }), 'specversion must be "1.0"'],
    ['no orderId', spoiled({ data: { orderId: undefined } }), 'data.orderId is missing'],
    ['no amount', spoiled({ data: { payableAmount: undefined } }), 'data.payableAmount is missing'],
    ['a fractional amount', spoiled({ data: { payableAmount: 10.5 } }), 'data.payableAmount must be an integer'],
    ['a negative amount', spoiled({ data: { payableAmount: -1 } }), 'data.payableAmount must be an integer'],
    ['orderId 0', spoiled({ data: { orderId: 0 } }), 'data.orderId must be an integer'],
  ])('cannot read a record with %s, and says why', (_, value, reason) => {
    expect(readOrder(recordOf(value))).toEqual({ kind: 'unreadable', reason: expect.stringContaining(reason) });
  });

  it('cannot read a batch that could not be unpacked, and says so', () => {
    const batch = { ...recordOf(orderPlaced({})), unreadable: 'too large' };
    expect(readOrder(batch)).toEqual({ kind: 'unreadable', reason: expect.stringContaining('too large') });
  });

  it('cannot read an order id of 2^63 or more', () => {
    const text = orderPlaced({ orderId: 1234567n });
    const orderOf = (digits: string) => recordOf(text.replace('"orderId":1234567', `"orderId":${digits}`));
    expect(readOrder(orderOf('9223372036854775807'))).toMatchObject({ command: { orderId: 9223372036854775807n } });
    expect(readOrder(orderOf('9223372036854775808')).kind).toBe('unreadable');
  });

  it('counts the characters of an id as the contract and the column do', () => {
    const id = '\u{1F4B3}'.repeat(255);
    expect(readOrder(recordOf(orderPlaced({}, id)))).toMatchObject({ kind: 'command', command: { causationId: id } });
    const tooLong = spoiled({ envelope: { id: `${id}!` } });
    expect(readOrder(recordOf(tooLong))).toEqual({ kind: 'unreadable', reason: expect.stringContaining('255') });
  });

  it('survives whatever a reader throws', () => {
    const unexpected = {
      get value(): never {
        throw new TypeError('a secret');
      },
    } as unknown as KafkaRecord;
    expect(readOrder(unexpected)).toEqual({ kind: 'unreadable', reason: 'reading it fails with TypeError' });
  });
});
