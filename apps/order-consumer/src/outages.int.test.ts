import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nextOrderId, orderPlaced } from '../test/order-events';
import { OrderStack } from '../test/order-stack';
import { until } from '../test/until';
import { type WorkerProcess } from '../test/worker-process';

let stack: OrderStack;
let worker: WorkerProcess;

beforeAll(async () => {
  stack = await OrderStack.start();
});

afterAll(() => stack.stop());

describe('while it consumes', () => {
  beforeEach(async () => {
    worker = stack.worker();
    await worker.ready();
  });

  afterEach(() => worker.end());

  const orders = (count: number) => Array.from({ length: count }, nextOrderId);
  const sendOrders = (orderIds: readonly bigint[], partition = 0) =>
    stack.send(orderIds.map((orderId) => ({ partition, value: orderPlaced({ orderId }) })));

  async function expectOnePaymentEach(orderIds: readonly bigint[]): Promise<void> {
    const payments = await stack.payments(orderIds);
    expect(payments.map(({ orderId }) => orderId).sort()).toEqual([...orderIds].sort());
    expect(payments.every(({ keys, events }) => keys === 1 && events.length === 1)).toBe(true);
  }

  it('SIGKILL in the middle of a batch: the next instance makes exactly the payments that are missing', async () => {
    const orderIds = orders(3_000);
    const before = await stack.count('payment');
    await sendOrders(orderIds);
    await until(async () => (await stack.count('payment')) > before);
    worker.kill('SIGKILL');
    await worker.exited;
    expect(await stack.count('payment')).toBeLessThan(before + orderIds.length);

    worker = stack.worker();
    await stack.drained();
    await expectOnePaymentEach(orderIds);
  });

  it('SIGTERM: ends with 0, has committed exactly what it made, and leaves the rest to the next instance', async () => {
    const orderIds = [orders(3_000), orders(3_000)];
    const before = await stack.count('payment');
    const begin = await Promise.all(orderIds.map((of, partition) => sendOrders(of, partition)));
    await until(async () => (await stack.count('payment')) > before);
    worker.kill('SIGTERM');
    expect(await worker.exited).toBe(0);

    const made = (await stack.count('payment')) - before;
    const committed = await Promise.all([0, 1].map((partition) => stack.committed(partition)));
    const committedHere = committed.map((offset, partition) =>
      offset < begin[partition]! ? 0 : Number(offset - begin[partition]!),
    );
    expect(committedHere[0]! + committedHere[1]!).toBe(made);
    for (const partition of [0, 1]) {
      await expectOnePaymentEach(orderIds[partition]!.slice(0, committedHere[partition]));
    }

    worker = stack.worker();
    await stack.drained();
    await expectOnePaymentEach(orderIds.flat());
    expect(await worker.metric('idempotency_duplicate_prevented_total')).toBe(0);
  });

  it('the database dies: waits with its partitions, then goes on in order; nothing is lost or parked twice', async () => {
    const members = await stack.members();
    const letters = (await stack.deadLetters()).length;
    const orderIds = orders(20);
    await stack.process('mariadb').kill();
    await sendOrders(orderIds.slice(0, 10));
    await stack.send([{ value: 'no event' }]);
    await sendOrders(orderIds.slice(10));
    const committed = await stack.committed();
    await until(() => worker.linesWith('batch failed; it is tried again').length >= 3);

    expect(await stack.committed()).toBe(committed);
    expect(await worker.isAlive()).toBe(true);
    expect((await worker.health()).components?.['db']?.status).toBe('DOWN');
    await stack.process('mariadb').start();
    await stack.drained();

    await expectOnePaymentEach(orderIds);
    const made = await stack.query<{ order_id: bigint }>(
      `SELECT order_id FROM payment JOIN payment_outbox ON aggregate_id = payment_id WHERE order_id IN (?)
       ORDER BY payment_outbox.id`,
      [orderIds],
    );
    expect(made.map(({ order_id: orderId }) => orderId)).toEqual(orderIds);
    expect((await stack.deadLetters()).length).toBe(letters + 1);
    expect(await stack.members()).toEqual(members);
  });

  it('the broker dies and comes back: says that it is not ready, and goes on', async () => {
    const first = orders(1_000);
    await sendOrders(first);
    await stack.process('kafka').kill();
    await until(async () => (await worker.health()).components?.['kafka']?.status === 'DOWN');
    expect(await worker.isAlive()).toBe(true);

    await stack.process('kafka').start();
    const orderIds = orders(10);
    await sendOrders(orderIds);
    await stack.drained();
    await expectOnePaymentEach([...first, ...orderIds]);
    await worker.ready();
  });
});

describe('when it starts', () => {
  afterEach(() => worker.end());

  it('before Kafka and MariaDB: waits for them, alive and not ready', async () => {
    const orderId = nextOrderId();
    await stack.send([{ value: orderPlaced({ orderId }) }]);
    await Promise.all([stack.process('kafka').stop(), stack.process('mariadb').stop()]);
    worker = stack.worker();
    await until(() => worker.linesWith('waiting for database').length > 0);
    expect([await worker.isAlive(), (await worker.health()).status]).toEqual([true, 'DOWN']);

    await stack.process('mariadb').start();
    await until(() => worker.linesWith('waiting for kafka').length > 0);
    expect([await worker.isAlive(), (await worker.health()).status]).toEqual([true, 'DOWN']);

    await stack.process('kafka').start();
    await worker.ready();
    await stack.drained();
    expect(await stack.payments([orderId])).toMatchObject([{ status: 'READY' }]);
  });

  it('and is told to stop while it waits: ends with 0', async () => {
    worker = stack.worker({ DB_PORT: '1' });
    await until(() => worker.linesWith('waiting for database').length > 0);
    worker.kill('SIGTERM');
    expect(await worker.exited).toBe(0);
  });

  it('with a configuration that is not usable: ends with 1 and says why', async () => {
    worker = stack.worker({ DB_PORT: 'none', SPRING_KAFKA_BOOTSTRAP_SERVERS: 'nowhere' });
    expect(await worker.exited).toBe(1);
    expect(worker.stderr).toMatch(/DB_PORT(.|\n)*SPRING_KAFKA_BOOTSTRAP_SERVERS/);
  });
});
