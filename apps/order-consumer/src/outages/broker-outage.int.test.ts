import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OrderStack } from '../../test/order-stack';
import { expectOnePaymentEach, orders, sendOrders } from '../../test/orders';
import { until } from '../../test/until';
import { type WorkerProcess } from '../../test/worker-process';

let stack: OrderStack;
let worker: WorkerProcess;

beforeAll(async () => {
  stack = await OrderStack.start();
  worker = stack.worker();
  await worker.ready();
});

afterAll(() => stack.stop());

it('in an outage of the broker it says that it is not ready, and goes on afterwards', async () => {
  const first = orders(1_000);
  await sendOrders(stack, first);
  await stack.process('kafka').kill();
  await until(async () => (await worker.health()).components?.['kafka']?.status === 'DOWN');
  expect(await worker.isAlive()).toBe(true);

  await stack.process('kafka').start();
  const orderIds = orders(10);
  await sendOrders(stack, orderIds);
  await stack.drained();
  await expectOnePaymentEach(stack, [...first, ...orderIds]);
  await worker.ready();
});
