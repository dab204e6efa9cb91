import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startChromium } from '@koosco/local-stack/chromium';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { callApi } from '../../test/call-api';
import { type Order, PaymentWorld } from '../../test/payment-world';

const SHOP = 'https://shop.example';
const DEVELOPER = 'http://localhost:3000';

async function titleInChromium(url: string): Promise<string> {
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    return await page.title();
  } finally {
    await browser.close();
  }
}

describe('a script of another origin', () => {
  let world: PaymentWorld;
  let api: string;
  let order: Order;
  beforeAll(async () => {
    world = await PaymentWorld.start();
    api = await world.startApi({ CORS_ALLOWED_ORIGINS: `${SHOP}, ${DEVELOPER}` });
    order = await world.order();
  });
  afterAll(() => world.stop());

  const corsHeaders = (headers: Headers) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
  const preflight = (url: string, origin: string) =>
    callApi(`${url}/api/payments/confirm`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  const read = (url: string, origin: string, token = order.token) =>
    callApi(`${url}/api/payments/orders/${order.orderId}`, { headers: { origin, authorization: `Bearer ${token}` } });

  it.each([SHOP, DEVELOPER])('may ask from %s, and need not show a token before it asks', async (origin) => {
    const { status, headers } = await preflight(api, origin);
    expect(status).toBe(204);
    expect(corsHeaders(headers)).toEqual({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key, Traceparent, X-Correlation-Id',
      'access-control-expose-headers': expect.any(String),
      'access-control-max-age': '7200',
    });
  });

  it('reads the answer and the headers that say what to do next, of errors too', async () => {
    for (const [token, status] of [
      [order.token, 200],
      ['nonsense', 401],
    ] as const) {
      const answer = await read(api, SHOP, token);
      expect(answer.status).toBe(status);
      expect(corsHeaders(answer.headers)).toEqual({
        'access-control-allow-origin': SHOP,
        'access-control-expose-headers': 'X-Correlation-Id, Location, Retry-After, Allow, WWW-Authenticate',
      });
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  it.each([
    'https://evil.example',
    'http://shop.example',
    'https://shop.example:8443',
    'https://a.shop.example',
    'null',
  ])('of %s, which is not in the list, gets no word for its browser', async (origin) => {
    const refused = await preflight(api, origin);
    expect([refused.status, corsHeaders(refused.headers)]).toEqual([401, {}]);
    const answer = await read(api, origin);
    expect([corsHeaders(answer.headers), answer.headers.get('vary')]).toEqual([{}, 'Origin']);
  });

  it('gets none at all unless the list is set', async () => {
    const closed = await world.startApi();
    expect((await preflight(closed, SHOP)).status).toBe(401);
    const { status, headers } = await read(closed, SHOP);
    expect([status, corsHeaders(headers), headers.get('vary')]).toEqual([200, {}, null]);
  });

  it('in a browser reads the answer where its origin is in the list, and nothing elsewhere', async () => {
    // Without await in the page, so that it is complete once it has both answers.
    const page = (url: string) => `<!doctype html><body><script>
        const asked = new XMLHttpRequest();
        try {
          asked.open('GET', '${url}/api/payments/orders/${order.orderId}', false);
          asked.setRequestHeader('Authorization', 'Bearer ${order.token}');
          asked.send();
          document.title = [asked.status, asked.getResponseHeader('X-Correlation-Id') !== null].join();
        } catch (error) {
          document.title = error.name;
        }
      </script>`;
    let apiUrl = '';
    const shop = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(page(apiUrl));
    });
    shop.listen(0, '127.0.0.1');
    await once(shop, 'listening');
    const origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
    try {
      apiUrl = await world.startApi({ CORS_ALLOWED_ORIGINS: origin });
      expect(await titleInChromium(origin)).toBe('200,true');
      apiUrl = await world.startApi({ CORS_ALLOWED_ORIGINS: SHOP });
      expect(await titleInChromium(origin)).toBe('NetworkError');
    } finally {
      shop.closeAllConnections();
      shop.close();
    }
  }, 60_000);

  it('cannot look into what is outside the API', async () => {
    const { headers } = await callApi(`${api}/actuator/info`, { headers: { origin: SHOP } });
    expect(corsHeaders(headers)).toEqual({});
  });
});
