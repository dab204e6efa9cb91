import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mariadb';
import { callApi } from '../../test/call-api';
import { type Order, PaymentWorld } from '../../test/payment-world';
import { until } from '../../test/until';

let world: PaymentWorld;
let api: string;

beforeAll(async () => {
  world = await PaymentWorld.start();
  api = await world.startApi({ MAX_REQUESTS_AT_ONCE: '2' });
});

afterAll(() => world.stop());

async function confirm(order: Order) {
  const paymentKey = await world.authenticate(order);
  return { answer: world.confirm(api, order, { paymentKey }) };
}

async function working(): Promise<number> {
  const { text } = await callApi(`${api}/actuator/prometheus`);
  return Number(/^http_server_requests_working(?:\{.*\})? (-?\d+)$/m.exec(text)?.[1]);
}

describe('a worker that has more to do than it can', () => {
  it('turns away early what it would serve late, leaves nothing of it behind, and serves on', async () => {
    const orders = [await world.order(), await world.order(), await world.order()];
    const blocker = await createConnection({ ...world.address });
    await blocker.query('START TRANSACTION');
    await blocker.query('SELECT 1 FROM payment FOR UPDATE');
    const held = [await confirm(orders[0]!), await confirm(orders[1]!)];
    await until(async () => (await working()) === 2);

    const { status, body, headers } = await (await confirm(orders[2]!)).answer;
    expect([status, body.error?.code, headers.get('retry-after')]).toEqual([503, 'COMMON-503', '1']);
    expect((await callApi(`${api}/actuator/health/readiness`)).status).toBe(200);

    await blocker.query('ROLLBACK');
    await blocker.end();
    expect(await Promise.all(held.map(async ({ answer }) => (await answer).status))).toEqual([200, 200]);
    expect((await world.rowsOf(orders[2]!)).attempts).toEqual([]);
    await until(async () => (await working()) === 0);
    expect((await (await confirm(orders[2]!)).answer).status).toBe(200);
  });

  it('turns nobody away for a Toss that takes its time: who waits for it has no place', async () => {
    const order = await world.order();
    const goOn = await world.hold(order, 'confirm', 'before');
    let isAnswered = false;
    const held = (await confirm(order)).answer.finally(() => (isAnswered = true));
    await until(async () => (await world.rowsOf(order)).attempts.length === 1 && (await working()) === 0);
    expect(isAnswered).toBe(false);
    await goOn();
    expect((await held).status).toBe(200);
    await until(async () => (await working()) === 0);
  });
});
