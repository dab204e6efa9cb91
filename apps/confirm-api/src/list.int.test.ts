import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callApi } from '../test/call-api';
import { PaymentWorld } from '../test/payment-world';
import { userToken } from '../test/user-token';

let world: PaymentWorld;
let api: string;
let admin: string;

beforeAll(async () => {
  world = await PaymentWorld.start();
  api = await world.startApi();
  admin = await userToken('ops', { roles: ['ADMIN'] });
  for (let count = 0; count < 25; count++) await world.order();
  // Several of one moment, at the edge of a page.
  await world.query("UPDATE payment SET created_at = '2026-01-15 09:00:00.123' WHERE order_id BETWEEN 8 AND 14", []);
  await world.paidOrder(api);
});

afterAll(() => world.stop());

const list = (query: string, token = admin) =>
  callApi(`${api}/api/payments${query}`, { headers: { authorization: `Bearer ${token}` } });

async function pagesOf(query: string): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  for (let cursor = ''; ;) {
    const { body } = await list(`?limit=4${query}${cursor}`);
    const { payments, nextCursor } = body.data as { payments: { orderId: number }[]; nextCursor: string | null };
    seen.push(...payments.map(({ orderId }) => orderId));
    if (nextCursor === null) return seen;
    cursor = `&cursor=${nextCursor}`;
  }
}

describe('GET /api/payments', () => {
  it('shows administrators every payment once, the newest first, page by page', async () => {
    const all = await pagesOf('');
    expect(all).toHaveLength(26);
    expect(new Set(all).size).toBe(26);
    expect(all[0]).toBe(26);
    expect(all.slice(-7)).toEqual([14, 13, 12, 11, 10, 9, 8]);
  });

  it('shows those of a status and a time', async () => {
    expect(await pagesOf('&status=APPROVED')).toEqual([26]);
    expect(await pagesOf('&status=READY&to=2026-01-15T09:00:01Z')).toHaveLength(7);
    expect(await pagesOf('&from=2026-01-15T18:00:01%2B09:00')).toHaveLength(19);
    expect(await pagesOf('&from=2026-01-15T09:00:00.123Z&to=2026-01-15T09:00:00.124Z')).toHaveLength(7);
  });

  it('is for administrators alone', async () => {
    for (const token of [await userToken(7n), await userToken('order-service', { roles: ['SERVICE'] })]) {
      const { status, body } = await list('', token);
      expect([status, body.error?.code]).toEqual([403, 'COMMON-403']);
    }
  });

  it('names every parameter that is wrong', async () => {
    const { status, body } = await list('?status=paid&from=yesterday&to=2026-01-15T09:00:00&cursor=x&limit=0');
    expect(status).toBe(400);
    expect(body.error?.fieldErrors?.map(({ field }) => field)).toEqual(['status', 'from', 'to', 'cursor', 'limit']);
  });
});
