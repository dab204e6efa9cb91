import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nextOrderId, orderPlaced } from '../../test/order-events';
import { OrderStack } from '../../test/order-stack';
import { expectOnePaymentEach, orders, sendOrders } from '../../test/orders';
import { until } from '../../test/until';
import { type WorkerProcess } from '../../test/worker-process';

let stack: OrderStack;
let worker: WorkerProcess;
let members: readonly string[];
let letters: number;

beforeAll(async () => {
  stack = await OrderStack.start();
  worker = stack.worker();
  await worker.ready();
});

afterAll(() => stack.stop());

beforeEach(async () => {
  members = await stack.members();
  letters = (await stack.deadLetters()).length;
});

/** Partition 0 gets a record to be parked, with orders around it; partition 1 gets orders, and each makes its payment. */
async function poison(): Promise<{ readonly offset: bigint; readonly committed: bigint; readonly orderIds: bigint[] }> {
  const [before, behind] = [nextOrderId(), nextOrderId()];
  const failures = worker.linesWith('batch failed; it is tried again').length;
  const offset = await stack.send([
    { value: orderPlaced({ orderId: before }) },
    { value: 'no event' },
    { value: orderPlaced({ orderId: behind }) },
  ]);
  await until(() => worker.linesWith('batch failed; it is tried again').length > failures);
  const committed = await stack.committed(0);
  const orderIds = [before, behind];
  for (let round = 0; round < 20; round += 1) {
    const [orderId] = orders(1);
    await sendOrders(stack, [orderId!], 1);
    // One after the other: none waits for partition 0.
    await until(async () => (await stack.payments([orderId!])).length === 1);
    orderIds.push(orderId!);
  }
  return { offset: offset + 1n, committed, orderIds };
}

/** It is seen from outside that partition 0 waits, and partition 0 alone. */
async function expectStuck(committed: bigint): Promise<void> {
  await until(async () => (await worker.health()).components?.['kafka']?.details?.['stuck'] === 1);
  expect(await worker.health()).toMatchObject({
    status: 'UP',
    components: {
      kafka: { status: 'UP', details: { partitions: 4, stuckPartitions: 'koosco.commerce.order.placed/0' } },
    },
  });
  expect(await worker.metric('kafka_consumer_partition_stuck_seconds', { partition: '0' })).toBeGreaterThan(5);
  await until(async () => (await worker.metric('kafka_consumer_partition_lag_records', { partition: '0' })) === 3);
  await until(async () => (await worker.metric('kafka_consumer_partition_lag_records', { partition: '1' })) === 0);
  expect(await worker.metric('kafka_consumer_partition_oldest_record_age_seconds', { partition: '0' })).toBeGreaterThan(
    5,
  );
  expect(await stack.committed(0)).toBe(committed);
}

/** Of the record that was to be parked there is one letter, whole; every order has one payment; nobody has left. */
async function expectGoneOn({ offset, orderIds }: { offset: bigint; orderIds: readonly bigint[] }): Promise<void> {
  await stack.drained();
  await expectOnePaymentEach(stack, orderIds);
  const own = (await stack.deadLetters()).filter((letter) => letter.offset === offset);
  expect(own.map(({ record }) => [String(record.value), record.cut])).toEqual([['no event', {}]]);
  expect(await stack.members()).toEqual(members);
  await until(async () => (await worker.health()).components?.['kafka']?.details?.['stuck'] === 0);
}

describe('while the dead-letter topic is away, only the partition that needs it waits, and goes on when it is back', () => {
  it('because somebody has deleted it', async () => {
    await stack.deleteDeadLetterTopic();
    const sent = await poison();
    await expectStuck(sent.committed);
    const line = worker.linesWith('batch failed; it is tried again').at(-1);
    expect(line).toMatchObject({ level: 'warn', partition: 0, topic: 'koosco.commerce.order.placed' });
    expect(JSON.stringify(line?.['err'])).toContain('known to be stored in koosco.commerce.order.placed.dlt');
    await stack.createDeadLetterTopic();
    await expectGoneOn(sent);
  });

  it('also for a worker that is killed meanwhile: an order that contradicts its payment is parked, and once', async () => {
    await stack.deleteDeadLetterTopic();
    const [orderId] = orders(1);
    const failures = worker.linesWith('batch failed; it is tried again').length;
    const conflict = orderPlaced({ orderId: orderId!, payableAmount: 1n });
    const offset = await stack.send([{ value: orderPlaced({ orderId: orderId! }) }, { value: conflict }]);
    await until(() => worker.linesWith('batch failed; it is tried again').length > failures);
    // Both event ids are known by now, so that the next worker finds two repetitions.
    worker.kill('SIGKILL');
    await worker.exited;
    await stack.createDeadLetterTopic();
    worker = stack.worker();
    await worker.ready();
    await stack.drained();
    const own = (await stack.deadLetters()).filter((letter) => letter.offset >= offset);
    expect(own.map((letter) => [letter.offset, String(letter.headers['dlt-reason'])])).toEqual([
      [offset + 1n, 'data.payableAmount is not the amount of the payment that this order has'],
    ]);
    expect(await stack.payments([orderId!])).toMatchObject([
      { amount: 10_000n, events: [{ type: 'payment.created' }] },
    ]);
    await until(async () => (await stack.members()).length === 1);
    members = await stack.members();
  });

  it('because it takes nothing any more', async () => {
    await stack.limitDeadLetterBytes(100);
    const sent = await poison();
    await expectStuck(sent.committed);
    const line = worker.linesWith('batch failed; it is tried again').at(-1);
    expect(JSON.stringify(line?.['err'])).toContain('does not even take an empty dead letter');
    expect((await stack.deadLetters()).length).toBe(letters);
    await stack.limitDeadLetterBytes(1_048_588);
    await expectGoneOn(sent);
  });
});
