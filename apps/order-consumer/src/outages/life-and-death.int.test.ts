import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nextOrderId, orderPlaced } from '../../test/order-events';
import { OrderStack } from '../../test/order-stack';
import { expectOnePaymentEach, orders, sendOrders } from '../../test/orders';
import { until } from '../../test/until';
import { type WorkerProcess } from '../../test/worker-process';

let stack: OrderStack;
let worker: WorkerProcess;

beforeAll(async () => {
  stack = await OrderStack.start();
});

afterAll(() => stack.stop());

describe('when it ends while it consumes', () => {
  beforeEach(async () => {
    worker = stack.worker();
    await worker.ready();
  });

  afterEach(() => worker.stop());

  it('by SIGKILL in the middle of a batch: the next instance makes exactly the payments that are missing', async () => {
    const orderIds = orders(3_000);
    const before = await stack.count('payment');
    const eventIdOf = (orderId: bigint) => `event-${orderId}`;
    const last = orderIds.at(-1)!;
    // So that it does not come to the end, however late it is killed: of the last one it must wait to hear whether it is a duplicate.
    const takeBack = await stack.leaveOpen(
      "INSERT INTO payment_idempotency (order_id, action, idempotency_key, created_at) VALUES (?, 'CREATE', ?, NOW(3))",
      [last, eventIdOf(last)],
    );
    await stack.send(orderIds.map((orderId) => ({ value: orderPlaced({ orderId }, eventIdOf(orderId)) })));
    await until(async () => (await stack.count('payment')) > before);
    worker.kill('SIGKILL');
    await worker.exited;
    expect(await stack.count('payment')).toBeLessThan(before + orderIds.length);
    await takeBack();

    worker = stack.worker();
    await stack.drained();
    await expectOnePaymentEach(stack, orderIds);
  });

  it('by SIGTERM: exits with 0, has committed exactly what it made, and leaves the rest to the next instance', async () => {
    const orderIds = [orders(1_500), orders(1_500)];
    const before = await stack.count('payment');
    const begin = await Promise.all(orderIds.map((of, partition) => sendOrders(stack, of, partition)));
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
      await expectOnePaymentEach(stack, orderIds[partition]!.slice(0, committedHere[partition]));
    }

    worker = stack.worker();
    await stack.drained();
    await expectOnePaymentEach(stack, orderIds.flat());
    expect(await worker.metric('idempotency_duplicate_prevented_total')).toBe(0);
  });
});

describe('when it starts', () => {
  afterEach(() => worker.stop());

  it('before Kafka and MariaDB: waits for them, alive and not ready', async () => {
    const orderId = nextOrderId();
    await stack.send([{ value: orderPlaced({ orderId }) }]);
    await Promise.all([stack.process('kafka').stop(), stack.process('mariadb').stop()]);
    worker = stack.worker();
    await until(() => worker.isAlive());
    expect((await worker.health()).status).toBe('DOWN');

    await stack.process('mariadb').start();
    await until(() => worker.linesWith('waiting for kafka').length > 0);
    expect([await worker.isAlive(), (await worker.health()).status]).toEqual([true, 'DOWN']);

    await stack.process('kafka').start();
    await worker.ready();
    await stack.drained();
    expect(await stack.payments([orderId])).toMatchObject([{ status: 'READY' }]);
  });

  it('and is told to stop while it waits: ends with 0', async () => {
    worker = stack.worker({ SPRING_KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:1' });
    await until(() => worker.linesWith('waiting for kafka').length > 0);
    worker.kill('SIGTERM');
    expect(await worker.exited).toBe(0);
  });

  it('with a configuration that is not usable: ends with 1 and says why', async () => {
    worker = stack.worker({ DB_PORT: 'none', SPRING_KAFKA_BOOTSTRAP_SERVERS: 'nowhere' });
    expect(await worker.exited).toBe(1);
    expect(worker.stderr).toMatch(/DB_PORT(.|\n)*SPRING_KAFKA_BOOTSTRAP_SERVERS/);
  });
});
