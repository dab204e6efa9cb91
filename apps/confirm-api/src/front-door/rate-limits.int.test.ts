import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callApi } from '../../test/call-api';
import { type Order, PaymentWorld } from '../../test/payment-world';
import { userToken } from '../../test/user-token';

let world: PaymentWorld;
let api: string;

beforeAll(async () => {
  world = await PaymentWorld.start();
  api = await world.startApi({ RATE_LIMIT_PER_USER: '6', RATE_LIMIT_PER_ORDER: '3' });
});

afterAll(() => world.stop());

const read = (order: Order, token = order.token) =>
  callApi(`${api}/api/payments/orders/${order.orderId}`, { headers: { authorization: `Bearer ${token}` } });

async function statusesOf(times: number, ask: () => Promise<{ status: number }>): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time++) statuses.push((await ask()).status);
  return statuses;
}

describe('rate limits', () => {
  it('turn one buyer away, say when to come back, and leave the others alone', async () => {
    const [order, other] = [await world.order(), await world.order()];
    expect(await statusesOf(7, () => read(order))).toEqual([200, 200, 200, 200, 200, 200, 429]);
    const { status, body, headers } = await read(order);
    expect([status, body.error?.code, headers.get('retry-after')]).toEqual([429, 'COMMON-503', '10']);
    expect((await read(other)).status).toBe(200);
  });

  it('do not count those that act for anybody', async () => {
    const order = await world.order();
    const service = await userToken('order-service', { roles: ['SERVICE'] });
    expect(new Set(await statusesOf(20, () => read(order, service)))).toEqual(new Set([200]));
  });

  it('count what moves money of one order, whoever asks', async () => {
    const order = await world.paidOrder(api);
    const admin = await userToken('ops', { roles: ['ADMIN'] });
    const cancel = () => world.cancel(api, order, { cancelAmount: 1_000 }, { token: admin });
    expect(await statusesOf(4, cancel)).toEqual([200, 200, 200, 429]);
    expect(world.refundsOf(order)).toEqual({ count: 3, krw: 3_000 });
    const another = await world.order();
    const confirm = () => world.confirm(api, another, { paymentKey: 'unknown' });
    expect(await statusesOf(4, confirm)).toEqual([400, 400, 400, 429]);
  });
});
