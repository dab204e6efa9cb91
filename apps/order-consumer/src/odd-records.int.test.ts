import { type RecordHeader } from '@koosco/payment-kafka';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type IHeaders } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { nextOrderId, orderPlaced } from '../test/order-events';
import { OrderStack } from '../test/order-stack';
import { expectOnePaymentEach, orders, sendOrders } from '../test/orders';
import { until } from '../test/until';
import { type WorkerProcess } from '../test/worker-process';

const header = (name: string | Buffer, value: string | Buffer | null): RecordHeader => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
});

const noEvent = Buffer.from('no event');

/** Whatever any client of Kafka may write. Each of these once blocked its partition for ever, or lost a part of itself. */
const odd: [string, { key?: Buffer; value?: Buffer; headers?: readonly RecordHeader[]; cut?: object }][] = [
  ['a header that is null', { headers: [header('none', null)] }],
  ['a header called constructor', { headers: [header('constructor', 'a'), header('toString', 'b')] }],
  ['a header called __proto__', { headers: [header('__proto__', 'a'), header('__proto__', null)] }],
  ['a header repeated', { headers: [header('a', '1'), header('b', '2'), header('a', null), header('a', '3')] }],
  ['a header called dlt-reason', { headers: [header('dlt-reason', 'theirs'), header('dlt-original-offset', '7')] }],
  ['a header called by bytes', { headers: [header(Buffer.from([0xff, 0xfe]), Buffer.from([0x80]))] }],
  ['a header of 1,000,000 bytes', { headers: [header('large', randomBytes(1_000_000))] }],
  [
    'a header of 1,048,400 bytes',
    { headers: [header('large', randomBytes(1_048_400))], cut: { headers: 1_048_400 + 'large'.length } },
  ],
  ['as many headers as there is room for', { headers: Array.from({ length: 500_000 }, () => header('', '')) }],
  ['a key of 500,000 bytes', { key: randomBytes(500_000) }],
  ['a key and a value of 500,000 bytes each', { key: randomBytes(500_000), value: randomBytes(500_000) }],
];

interface Sent {
  readonly offset: bigint;
  readonly orderIdBehind: bigint;
}

const timestamp = 1_234_567_890_123n;

let stack: OrderStack;
let worker: WorkerProcess;
let members: readonly string[];
/** From when an odd record was stored to when the order behind it was seen to have its payment; for reading. */
const paidAfterMs = new Map<string, number>();
/** Orders of the other partition, sent while the odd records were on their way. */
const meanwhile: bigint[] = [];
let letters: Awaited<ReturnType<OrderStack['deadLetters']>>;
const sent = new Map<string, Sent>();

beforeAll(async () => {
  stack = await OrderStack.start();
  worker = stack.worker();
  await worker.ready();
  members = await stack.members();
  for (const [name, { key = null, value = noEvent, headers = [] }] of odd) {
    const orderIdBehind = nextOrderId();
    const offset = await stack.send([{ key, value, headers: sendable(headers), timestamp: String(timestamp) }]);
    const storedAt = performance.now();
    await stack.send([{ value: orderPlaced({ orderId: orderIdBehind }) }]);
    sent.set(name, { offset, orderIdBehind });
    const [other] = orders(1);
    await sendOrders(stack, [other!], 1);
    await until(async () => (await stack.payments([other!])).length === 1);
    meanwhile.push(other!);
    await until(async () => (await stack.payments([orderIdBehind])).length === 1);
    paidAfterMs.set(name, performance.now() - storedAt);
  }
  process.stdout.write(
    `${[...paidAfterMs].map(([name, ms]) => `paid ${ms.toFixed(0)} ms behind ${name}`).join('\n')}\n`,
  );
  await stack.drained();
  letters = await stack.deadLetters();
  // kafkajs needs seconds to write 500,000 headers, and more of them where others use the machine.
}, 120_000);

afterAll(() => stack.stop());

it.each(odd)('a record with %s is parked once, whole, and the order behind it is paid', async (name, parts) => {
  const { key = null, value = noEvent, headers = [], cut = {} } = parts;
  const { offset, orderIdBehind } = sent.get(name)!;
  expect(await stack.payments([orderIdBehind])).toHaveLength(1);
  const own = letters.filter((letter) => letter.offset === offset);
  expect(own).toHaveLength(1);
  const { record } = own[0]!;
  expect(record.timestamp).toBe(timestamp);
  expect(record.cut).toEqual(cut);
  // Not toEqual: what it would print of a difference is as large as the record.
  expect(record.key === null ? key === null : key?.equals(record.key)).toBe(true);
  expect(record.value?.equals(value)).toBe(true);
  if (!('headers' in cut)) expect(textOf(record.headers) === textOf(headers)).toBe(true);
  expect(String(own[0]!.headers['dlt-reason'])).toMatch(/^value is not (JSON|UTF-8)$/);
});

it('they stop nobody: no try fails, no session is lost, and the other partition has its payments meanwhile', async () => {
  await expectOnePaymentEach(stack, meanwhile);
  expect(worker.linesWith('batch failed; it is tried again')).toEqual([]);
  expect(await stack.members()).toEqual(members);
  expect(letters).toHaveLength(odd.length);
});

it('an order is an order with 20,000 headers and with a long key', async () => {
  const orderIds = [nextOrderId(), nextOrderId()];
  const headers = sendable(Array.from({ length: 20_000 }, (_, index) => header(`header-${index}`, null)));
  const [many, long] = orderIds.map((orderId) => orderPlaced({ orderId }));
  await stack.send([{ value: many!, headers }]);
  await stack.send([{ value: long!, key: randomBytes(500_000) }]);
  await stack.drained();
  expect(await stack.payments(orderIds)).toHaveLength(2);
});

it.each(['gzip', 'snappy', 'lz4', 'zstd'])('orders in a batch that is packed with %s are paid', async (codec) => {
  // The broker packs it anew, as the Java clients do.
  await stack.configureOrderTopic({ 'compression.type': codec });
  const orderIds = orders(300);
  await sendOrders(stack, orderIds);
  await stack.drained();
  await expectOnePaymentEach(stack, orderIds);
  expect(await stack.deadLetters()).toHaveLength(letters.length);
});

/** The patched encoder takes a list, too. */
const sendable = (headers: readonly RecordHeader[]) =>
  headers.map(({ name: key, value }) => ({ key, value })) as unknown as IHeaders;

const textOf = (headers: readonly RecordHeader[]) =>
  headers.map(({ name, value }) => `${name.toString('hex')}=${value?.toString('hex') ?? 'null'}`).join();
