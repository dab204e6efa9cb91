import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { nextOrderId, orderPlaced, spoiled } from '../test/order-events';
import { OrderStack, orderTopic } from '../test/order-stack';
import { until } from '../test/until';
import { type WorkerProcess } from '../test/worker-process';

let stack: OrderStack;
let worker: WorkerProcess;

beforeAll(async () => {
  stack = await OrderStack.start();
  worker = stack.worker();
  await worker.ready();
});

afterAll(() => stack.stop());

/** Waits until the worker has committed all of them. */
async function consume(...values: (string | Buffer | null)[]): Promise<void> {
  await stack.send(values.map((value) => ({ value })));
  await stack.drained();
}

describe('an order', () => {
  it('becomes a READY payment with its idempotency key and a created event', async () => {
    const orderId = nextOrderId();
    await consume(orderPlaced({ orderId, payableAmount: 50_000n, correlationId: 'saga-1' }, 'event-1'));
    expect(await stack.payments([orderId])).toEqual([
      {
        orderId,
        status: 'READY',
        amount: 50_000n,
        keys: 1,
        events: [
          expect.objectContaining({
            type: 'payment.created',
            data: expect.objectContaining({
              orderId: Number(orderId),
              correlationId: 'saga-1',
              causationId: 'event-1',
              sequence: 1,
            }),
          }),
        ],
      },
    ]);
  });

  it('keeps an id above 2^53 digit by digit', async () => {
    const orderId = 9_223_372_036_854_775_807n;
    await consume(orderPlaced({ orderId }));
    expect(await stack.payments([orderId])).toMatchObject([{ orderId, keys: 1 }]);
    const [row] = await stack.query<{ payload: string }>(
      'SELECT payload FROM payment_outbox JOIN payment ON aggregate_id = payment_id WHERE order_id = ?',
      [orderId],
    );
    expect(row?.payload).toContain('"orderId":9223372036854775807');
  });

  it('of 0 won is paid at once: created and completed', async () => {
    const orderId = nextOrderId();
    await consume(orderPlaced({ orderId, payableAmount: 0n }));
    const [payment] = await stack.payments([orderId]);
    expect(payment).toMatchObject({ status: 'APPROVED', amount: 0n });
    expect(payment?.events).toMatchObject([
      { type: 'payment.created', data: { sequence: 1 } },
      { type: 'payment.completed', data: { sequence: 2, paidAmount: 0, pgTransactionId: null } },
    ]);
  });

  it('has an id of as many characters as the contract allows, whatever their size', async () => {
    const [orderId, id] = [nextOrderId(), '\u{1F4B3}'.repeat(255)];
    await consume(orderPlaced({ orderId }, id));
    expect(await stack.payments([orderId])).toMatchObject([{ keys: 1 }]);
  });

  it('is stored whatever text the contract lets through', async () => {
    const correlationIds = ['\u{1F4B3}'.repeat(255), '\u0000\u0001', "'; DROP TABLE payment --", ''];
    const orders = correlationIds.map((correlationId) => ({ orderId: nextOrderId(), correlationId }));
    await consume(...orders.map((data) => orderPlaced(data, 'id \' " \\ 주문'.padEnd(255, 'x'))));
    expect(await stack.payments(orders.map(({ orderId }) => orderId))).toHaveLength(orders.length);
  });
});

describe('a duplicate', () => {
  it('makes nothing new, in one batch or the next, and is counted', async () => {
    const orderId = nextOrderId();
    const order = orderPlaced({ orderId });
    const before = await worker.metric('idempotency_duplicate_prevented_total');
    await consume(order, order);
    await consume(order);
    expect(await stack.payments([orderId])).toMatchObject([{ keys: 1, events: [{ type: 'payment.created' }] }]);
    expect(await worker.metric('idempotency_duplicate_prevented_total')).toBe(before + 2);
  });

  it('under another event id makes no second payment, in one batch or the next', async () => {
    const orderId = nextOrderId();
    await consume(orderPlaced({ orderId }), orderPlaced({ orderId }));
    await consume(orderPlaced({ orderId }));
    const payments = await stack.payments([orderId]);
    expect(payments).toMatchObject([{ amount: 10_000n, keys: 3, events: [{ type: 'payment.created' }] }]);
  });
});

describe('an order that is announced again with another amount or user', () => {
  it('is parked with that reason, counted and warned about, and never applied; what repeats it is not', async () => {
    const orderId = nextOrderId();
    const [conflicts, duplicates] = ['kafka_consumer_order_conflicts_total', 'idempotency_duplicate_prevented_total'];
    const before = [await worker.metric(conflicts), await worker.metric(duplicates)];
    const order = orderPlaced({ orderId });
    const dearer = orderPlaced({ orderId, payableAmount: 10_001n });
    const offset = await stack.send([{ value: order }, { value: dearer }, { value: order }]);
    await stack.drained();
    const later = await stack.send([{ value: orderPlaced({ orderId, userId: 8n, payableAmount: 1n }) }]);
    await stack.drained();

    expect(await stack.payments([orderId])).toMatchObject([{ amount: 10_000n, events: [{ type: 'payment.created' }] }]);
    const own = (await stack.deadLetters()).filter((letter) => letter.offset >= offset);
    expect(own.map((letter) => [letter.offset, String(letter.headers['dlt-reason'])])).toEqual([
      [offset + 1n, 'data.payableAmount is not the amount of the payment that this order has'],
      [later, 'data.payableAmount and data.userId are not those of the payment that this order has'],
    ]);
    expect(own[0]?.record.value?.toString()).toBe(dearer);
    expect([await worker.metric(conflicts), await worker.metric(duplicates)]).toEqual([before[0]! + 2, before[1]! + 1]);
    const warnings = worker.linesWith('event parked: it contradicts the payment of its order').slice(-2);
    expect(warnings).toMatchObject(
      ['other-amount', 'other-amount-and-user'].map((differs) => ({
        level: 'warn',
        orderId: String(orderId),
        differs,
      })),
    );
  });
});

describe('a record that cannot be read', () => {
  /** JSON can say numbers that no double holds. */
  const amount = (text: string) => orderPlaced({ payableAmount: 98_765n }).replace('98765', text);
  const overInt64 = orderPlaced({ orderId: 1_234_567n }).replace('1234567,', '9223372036854775808,');

  it.each<[string, string | Buffer | null, string]>([
    ['malformed JSON', '{"specversion":"1.0",', 'value is not JSON'],
    ['null value', null, 'value is empty'],
    ['missing id', spoiled({ envelope: { id: undefined } }), 'id is missing'],
    ['wrong specversion', spoiled({ envelope: { specversion: '2.0' } }), 'specversion must be'],
    ['fractional amount', spoiled({ data: { payableAmount: 9_999.5 } }), 'data.payableAmount must be'],
    ['amount next to 0', amount('1e-400'), 'data.payableAmount must be'],
    ['amount below 0 by nearly nothing', amount('-1e-400'), 'data.payableAmount must be'],
    ['amount next to 1', amount('0.99999999999999999999'), 'data.payableAmount must be'],
    ['amount next to 10,000', amount('10000.0000000000001'), 'data.payableAmount must be'],
    ['fractional order id', orderPlaced({ orderId: 1_234_567n }).replace('1234567,', '1234567.5,'), 'data.orderId'],
    ['negative amount', spoiled({ data: { payableAmount: -1 } }), 'data.payableAmount must be'],
    ['missing amount', spoiled({ data: { payableAmount: undefined } }), 'data.payableAmount is missing'],
    ['missing orderId', spoiled({ data: { orderId: undefined } }), 'data.orderId is missing'],
    ['order id of 2^63', overInt64, 'data.orderId must be'],
    ['half a character', orderPlaced({ correlationId: '\ud800' }), 'data.correlationId must be text'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xc3, 0x28, 0x7d]), 'value is not UTF-8'],
  ])('because of its %s is parked as it came, and the next one is processed', async (_, value, reason) => {
    const [orderId, key] = [nextOrderId(), randomBytes(8)];
    const headers = { traceparent: '00-abc-def-01', repeated: ['a', 'b'], bytes: Buffer.from([0xff, 0x00]) };
    const parked = await worker.metric('kafka_consumer_records_parked_total');
    const offset = await stack.send([{ key, value, headers }, { value: orderPlaced({ orderId }) }]);
    await stack.drained();

    expect(await stack.payments([orderId])).toHaveLength(1);
    const letters = (await stack.deadLetters()).filter((letter) => letter.offset === offset);
    const bytes = (text: string) => Buffer.from(text);
    const stored = value === null ? null : Buffer.from(value);
    expect(letters).toEqual([
      {
        offset,
        key: null,
        headers: {
          'dlt-original-topic': bytes(orderTopic),
          'dlt-original-partition': bytes('0'),
          'dlt-original-offset': bytes(String(offset)),
          'dlt-original-timestamp': expect.any(Buffer),
          'dlt-original-value-bytes': bytes(String(stored?.length ?? 0)),
          'dlt-original-value-sha256': expect.any(Buffer),
          'dlt-reason': expect.any(Buffer),
        },
        record: {
          topic: orderTopic,
          partition: 0,
          offset,
          timestamp: BigInt(String(letters[0]?.headers['dlt-original-timestamp'])),
          key,
          headers: [
            { name: bytes('traceparent'), value: bytes('00-abc-def-01') },
            { name: bytes('repeated'), value: bytes('a') },
            { name: bytes('repeated'), value: bytes('b') },
            { name: bytes('bytes'), value: headers.bytes },
          ],
          value: stored,
          cut: {},
        },
      },
    ]);
    expect(String(letters[0]?.headers['dlt-reason'])).toContain(reason);
    expect(await worker.metric('kafka_consumer_records_parked_total')).toBe(parked + 1);
  });

  it('and is as large as its topic allows does not block the partition either', async () => {
    const orderId = nextOrderId();
    // Nothing compresses this, and with what we say of it, it is over what the dead-letter topic takes.
    const offset = await stack.send([{ value: randomBytes(1_048_450) }]);
    await consume(orderPlaced({ orderId }));
    expect(await stack.payments([orderId])).toHaveLength(1);
    const [letter] = (await stack.deadLetters()).filter((one) => one.offset === offset);
    expect(letter?.record).toMatchObject({ value: null, cut: { value: 1_048_450 } });
  });

  it('stands among thousands like it: all are parked, once', async () => {
    const before = (await stack.deadLetters()).length;
    // Small ones: their headers make them several times as large as what one batch may hold.
    await stack.send(Array.from({ length: 6_000 }, () => ({ value: '{' })));
    await stack.drained();
    expect((await stack.deadLetters()).length - before).toBe(6_000);
  });
});

it('skips and counts events of another type', async () => {
  const before = await worker.metric('kafka_consumer_records_skipped_total');
  const [letters, payments] = [(await stack.deadLetters()).length, await stack.count('payment')];
  await consume(spoiled({ envelope: { type: 'order.shipped' } }), spoiled({ envelope: { type: 'order.created' } }));
  expect(await worker.metric('kafka_consumer_records_skipped_total')).toBe(before + 2);
  expect([(await stack.deadLetters()).length, await stack.count('payment')]).toEqual([letters, payments]);
});

it('makes one payment of an order that two instances read under two event ids', async () => {
  const other = stack.worker();
  await other.ready();
  await until(async () => (await stack.members()).length === 2);
  const orderIds = Array.from({ length: 300 }, nextOrderId);
  // The same orders at the same time in both partitions.
  await stack.send(
    [0, 1].flatMap((partition) =>
      orderIds.map((orderId) => ({ partition, value: orderPlaced({ orderId }, randomUUID()) })),
    ),
  );
  await stack.drained();

  const payments = await stack.payments(orderIds);
  expect(payments).toHaveLength(orderIds.length);
  expect(payments.every(({ events, keys }) => events.length === 1 && keys === 2)).toBe(true);
  // Each of them had one of the partitions.
  expect(await other.metric('kafka_consumer_records_consumed_total')).toBe(300);
});
