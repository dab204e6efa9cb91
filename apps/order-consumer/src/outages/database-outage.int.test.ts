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

it('in an outage of the database it waits with its partitions, then goes on in order; nothing is lost or parked twice', async () => {
  const members = await stack.members();
  const letters = (await stack.deadLetters()).length;
  const orderIds = orders(20);
  await stack.process('mariadb').kill();
  await sendOrders(stack, orderIds.slice(0, 10));
  await stack.send([{ value: 'no event' }]);
  await sendOrders(stack, orderIds.slice(10));
  const committed = await stack.committed();
  await until(() => worker.linesWith('batch failed; it is tried again').length >= 2);

  expect(await stack.committed()).toBe(committed);
  expect(await worker.isAlive()).toBe(true);
  expect((await worker.health()).components?.['db']?.status).toBe('DOWN');
  await stack.process('mariadb').start();
  await stack.drained();

  await expectOnePaymentEach(stack, orderIds);
  const made = await stack.query<{ order_id: bigint }>(
    `SELECT order_id FROM payment JOIN payment_outbox ON aggregate_id = payment_id WHERE order_id IN (?)
     ORDER BY payment_outbox.id`,
    [orderIds],
  );
  expect(made.map(({ order_id: orderId }) => orderId)).toEqual(orderIds);
  expect((await stack.deadLetters()).length).toBe(letters + 1);
  expect(await stack.members()).toEqual(members);
});
