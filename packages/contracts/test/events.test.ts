import { describe, expect, it } from '@jest/globals';
import {
  correlationIdOf,
  dedupeKeyOf,
  dltTopicOf,
  newOrderEvent,
  newPaymentEvent,
  parseOrderEvent,
  parsePaymentEvent,
  partitionKeyOf,
  serializeOrderEvent,
  serializePaymentEvent,
  topicOf,
} from '../src/index.js';
import { type JsonValue } from '../src/json/json-value.js';
import { parseJson } from '../src/json/parse-json.js';
import { stringifyJson } from '../src/json/stringify-json.js';
import { orderPlaced } from './order-placed.js';
import { sampleFiles } from './sample-files.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const parseText = (text: string, headers?: Record<string, string>) => parseOrderEvent({ value: bytes(text), headers });
const reasonsOf = (parsed: ReturnType<typeof parseOrderEvent>) =>
  parsed.kind === 'invalid' ? parsed.reasons.map(({ field }) => field) : parsed.kind;

describe('structured mode', () => {
  it('keeps 64-bit ids through parser and serializer, as JSON numbers', () => {
    const event = orderPlaced({
      orderId: 9223372036854775807n,
      userId: 9007199254740993n,
      items: [{ skuId: 9007199254740995n }],
    });
    const text = serializeOrderEvent(event);
    expect(text).toContain('"orderId":9223372036854775807,"userId":9007199254740993,');
    expect(parseText(text)).toEqual({ kind: 'ok', event });
  });

  it.each(sampleFiles().filter(({ name, message }) => message.headers === undefined && !name.endsWith('minimal')))(
    '$name comes out of the serializer byte for byte as it went in',
    ({ event, message }) => {
      const text = Buffer.from(message.value!).toString();
      if (event.startsWith('order')) {
        const parsed = parseOrderEvent(message);
        expect(parsed.kind === 'ok' && serializeOrderEvent(parsed.event)).toBe(text);
      } else {
        const parsed = parsePaymentEvent(message);
        expect(parsed.kind === 'ok' && serializePaymentEvent(parsed.event)).toBe(text);
      }
    },
  );

  it('leaves out what the contract does not know, and null where a field may be missing', () => {
    const text = serializeOrderEvent(orderPlaced()).replace(
      '"data":{',
      '"surprise":1,"traceparent":null,"data":{"gift":{},"causationId":null,',
    );
    expect(parseText(text)).toEqual({ kind: 'ok', event: orderPlaced() });
  });

  it.each(['application/cloudevents+json', 'application/cloudevents+json; charset=UTF-8', 'application/json'])(
    'is read under content type %s',
    (contentType) => {
      expect(parseText(serializeOrderEvent(orderPlaced()), { 'content-type': contentType }).kind).toBe('ok');
    },
  );

  it('is recognised beside the ce_type header that the outbox router adds', () => {
    expect(parseText(serializeOrderEvent(orderPlaced()), { ce_type: 'order.placed', id: '17' }).kind).toBe('ok');
  });
});

describe('binary mode', () => {
  const { data, ...attributes } = parseJson(serializeOrderEvent(orderPlaced({ orderId: 2n ** 60n }))) as {
    data: JsonValue;
  };
  const headers = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [`ce_${name}`, Buffer.from(String(value))]),
  );
  const value = bytes(stringifyJson(data));

  it('reads attributes from headers and data from the value', () => {
    expect(parseOrderEvent({ value, headers: { ...headers, 'content-type': 'application/json' } })).toEqual({
      kind: 'ok',
      event: orderPlaced({ orderId: 2n ** 60n }),
    });
  });

  it('takes the last one of a repeated header', () => {
    const parsed = parseOrderEvent({ value, headers: { ...headers, ce_id: [Buffer.from('first'), 'last'] } });
    expect(parsed.kind === 'ok' && parsed.event.id).toBe('last');
  });

  it.each([undefined, null])('names the attribute that is missing, also when its header is %s', (absent) => {
    expect(reasonsOf(parseOrderEvent({ value, headers: { ...headers, ce_source: absent } }))).toEqual(['source']);
  });
});

describe('what is refused', () => {
  const placed = serializeOrderEvent(orderPlaced());

  it.each<[string, string, string | RegExp, string]>([
    ['another version of CloudEvents', 'specversion', '"1.0"', '"0.3"'],
    ['no id', 'id', '"id":"event-1",', ''],
    ['an empty id', 'id', '"event-1"', '""'],
    ['an id with a control character', 'id', '"event-1"', String.raw`"a\u0000"`],
    ['an id with half a character', 'id', '"event-1"', String.raw`"\ud800"`],
    ['a source with a space', 'source', '"order-service"', '"order service"'],
    ['a time without a zone', 'time', '00.000Z', '00.000'],
    ['data that is not JSON', 'datacontenttype', 'application/json', 'application/xml'],
    ['no data', 'data', '"data":', '"dat":'],
    ['no order id', 'data.orderId', '"orderId":12345,', ''],
    ['order id 0', 'data.orderId', '"orderId":12345', '"orderId":0'],
    ['an order id beyond 64 bits', 'data.orderId', '"orderId":12345', '"orderId":9223372036854775808'],
    ['an order id in quotes', 'data.orderId', '"orderId":12345', '"orderId":"12345"'],
    ['an order id that has lost its digits', 'data.orderId', '"orderId":12345', '"orderId":9007199254740993.0'],
    ['no amount', 'data.payableAmount', '"payableAmount":50000,', ''],
    ['a negative amount', 'data.payableAmount', '50000', '-1'],
    ['half a won', 'data.payableAmount', '50000', '0.5'],
    ['an amount all but nothing', 'data.payableAmount', '50000', '1e-400'],
    ['an amount all but nothing, below it', 'data.payableAmount', '50000', '-1e-400'],
    ['an amount all but whole', 'data.payableAmount', '50000', '0.99999999999999999999'],
    ['an amount a little more than whole', 'data.payableAmount', '50000', '10000.0000000000001'],
    ['an order id all but whole', 'data.orderId', '"orderId":12345', '"orderId":12344.99999999999999999999'],
    ['an order id with half beyond 2^52', 'data.orderId', '"orderId":12345', '"orderId":4503599627370496.5'],
    ['a quantity all but whole', 'data.items[0].quantity', '"quantity":1', '"quantity":0.99999999999999999999'],
    ['an amount beyond 2^53 - 1', 'data.payableAmount', '50000', '9007199254740992'],
    ['no items', 'data.items', '"items":', '"item":'],
    ['an item without sku', 'data.items[0].skuId', '"skuId":"SKU-1",', ''],
    ['a sku of no kind', 'data.items[0].skuId', '"SKU-1"', 'true'],
    ['half an item', 'data.items[0].quantity', '"quantity":1', '"quantity":0.5'],
  ])('%s: names %s', (_, field, from, to) => {
    expect(placed).not.toBe(placed.replace(from, to));
    expect(reasonsOf(parseText(placed.replace(from, to)))).toEqual([field]);
  });

  it.each([
    ['50000.0', 50_000n],
    ['5e4', 50_000n],
    ['500000e-1', 50_000n],
    ['0.0', 0n],
    ['50000.00000000000000000000', 50_000n],
  ])('not the amount %s, which is whole', (amount, payableAmount) => {
    expect(parseText(placed.replace('50000', amount))).toEqual({ kind: 'ok', event: orderPlaced({ payableAmount }) });
  });

  it.each([
    ['a tombstone', null, 'is empty'],
    ['nothing', bytes(''), 'is empty'],
    ['half of JSON', bytes(placed.slice(0, 100)), 'is not JSON'],
    ['another encoding', Buffer.from(placed, 'utf16le'), 'is not JSON'],
    ['broken UTF-8', Buffer.concat([bytes('{"id":"'), Buffer.from([0xff]), bytes('"}')]), 'is not UTF-8'],
    ['a list', bytes('[]'), 'must be a JSON object with the attributes of a CloudEvent'],
  ])('%s', (_, value, reason) => {
    expect(parseOrderEvent({ value })).toEqual({ kind: 'invalid', reasons: [{ field: 'value', reason }] });
  });

  it('a batch', () => {
    expect(reasonsOf(parseText(placed, { 'content-type': 'application/cloudevents-batch+json' }))).toEqual([
      'content-type',
    ]);
  });

  it('never with the value in the reason', () => {
    const parsed = parseText(placed.replace('"orderId":12345', '"orderId":"secret-of-a-buyer"'));
    expect(JSON.stringify(parsed)).not.toContain('secret');
  });

  it('with a bounded number of reasons', () => {
    const parsed = parseText(placed.replace('[{', `[${'{},'.repeat(1000)}{`));
    expect(parsed.kind === 'invalid' && parsed.reasons.length).toBe(20);
  });
});

describe('an unknown type', () => {
  it.each(['order.shipped', 'payment.created', 'constructor', '__proto__'])(
    '%s is neither invalid nor an order event',
    (type) => {
      expect(parseText(JSON.stringify({ type }))).toEqual({ kind: 'unknown-type', type });
    },
  );

  it('may have 255 characters, some of them two UTF-16 units long', () => {
    const type = '\u{1F4B3}'.repeat(255);
    expect(parseText(JSON.stringify({ type }))).toEqual({ kind: 'unknown-type', type });
  });

  it('is something else than no type', () => {
    expect([
      reasonsOf(parseText('{}')),
      reasonsOf(parseText('{"type":7}')),
      reasonsOf(parseText('{"type":""}')),
      reasonsOf(parseText(`{"type":"${'\u{1F4B3}'.repeat(256)}"}`)),
    ]).toEqual([['type'], ['type'], ['type'], ['type']]);
  });
});

describe('serializing', () => {
  it('throws before an event that breaks its contract can leave', () => {
    expect(() => serializeOrderEvent(orderPlaced({ payableAmount: -1n }))).toThrow(
      /order\.placed breaks its contract: data\.payableAmount must be/,
    );
    expect(() => serializeOrderEvent({ type: 'order.eaten' } as never)).toThrow('no such event: order.eaten');
  });
});

describe('addresses and keys', () => {
  const payment = newPaymentEvent('payment.created', {
    id: 'event-2',
    time: new Date(0),
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    data: {
      paymentId: '0b7e6f3a-2c1d-4e5f-8a9b-0c1d2e3f4a5b',
      orderId: 12345n,
      sequence: 1,
      correlationId: '12345',
      causationId: 'event-1',
    },
  });

  it('a payment event goes to its topic under the payment id', () => {
    expect([topicOf(payment), partitionKeyOf(payment), payment.subject]).toEqual([
      'koosco.commerce.payment.created',
      payment.data.paymentId,
      `payment/${payment.data.paymentId}`,
    ]);
    expect(parsePaymentEvent({ value: bytes(serializePaymentEvent(payment)) })).toEqual({ kind: 'ok', event: payment });
  });

  it('an order event goes to its topic under the order id', () => {
    const cancelled = newOrderEvent('order.cancelled', { id: 'c', time: new Date(0), data: { orderId: 2n ** 62n } });
    expect([topicOf(cancelled), partitionKeyOf(cancelled)]).toEqual([
      'koosco.commerce.order.cancelled',
      '4611686018427387904',
    ]);
    expect(dltTopicOf(topicOf(cancelled))).toBe('koosco.commerce.order.cancelled.dlt');
  });

  it('the order id stands in for a missing correlation id', () => {
    expect(
      [undefined, '', 'saga-1'].map((correlationId) =>
        correlationIdOf(orderPlaced(correlationId === undefined ? {} : { correlationId })),
      ),
    ).toEqual(['12345', '12345', 'saga-1']);
  });

  it('the dedupe key is source and id, told apart by a space that no source may hold', () => {
    expect(dedupeKeyOf(orderPlaced())).toBe('order-service event-1');
    expect(reasonsOf(parseText(serializeOrderEvent(orderPlaced()).replace('order-service', 'order service')))).toEqual([
      'source',
    ]);
  });
});
