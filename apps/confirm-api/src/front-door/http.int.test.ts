import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringifyJson } from '@koosco/payment-contracts/json';
import { callApi } from '../../test/call-api';
import { type ConfirmAnswer, readAnswer, timeless } from '../../test/confirm-answer';
import { type Order, PaymentWorld } from '../../test/payment-world';
import { userToken } from '../../test/user-token';
import { openApiDocument } from '../adapters/http/documentation/openapi-document';

describe('the HTTP API', () => {
  let world: PaymentWorld;
  let api: string;
  let order: Order;
  beforeAll(async () => {
    world = await PaymentWorld.start();
    api = await world.startApi();
    order = await world.order();
  });
  afterAll(() => world.stop());

  function call(path: string, init: RequestInit = {}): Promise<ConfirmAnswer> {
    const headers = { authorization: `Bearer ${order.token}`, ...(init.headers as Record<string, string>) };
    return callApi(`${api}${path}`, { ...init, headers });
  }

  function post(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<ConfirmAnswer> {
    return call('/api/payments/confirm', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  describe('every error', () => {
    it("has the specification's format", async () => {
      const { status, headers, body } = await call('/api/payments/orders/999999');
      expect(status).toBe(404);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(body).toEqual({
        success: false,
        error: {
          code: 'PAYMENT-404-001',
          message: '결제 정보를 찾을 수 없습니다.',
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
          occurredAt: expect.stringMatching(/Z$/),
        },
      });
      const { timestamp, occurredAt } = body.error!;
      expect(new Date(`${timestamp}+09:00`).getTime()).toBe(Math.floor(new Date(occurredAt).getTime() / 1_000) * 1_000);
    });
  });

  describe('a body', () => {
    it.each<[string, string | Uint8Array]>([
      ['that is empty', ''],
      ['that ends too early', '{"paymentKey":"key"'],
      ['that is XML', '<confirm/>'],
      ['that is only a number', '12'],
      ['with bytes that are no text', Buffer.from('7b2261223a22ff227d', 'hex')],
      ['that ends within a character', new Uint8Array([0x7b, 0xea, 0xb0])],
      ['that nests 8,000 times', '['.repeat(8_000)],
    ])('%s is answered with COMMON-400-001', async (_, body) => {
      const { status, body: answer } = await post(body);
      expect([status, answer.error?.code]).toEqual([400, 'COMMON-400-001']);
    });

    it('with wrong fields is answered with COMMON-400-004, naming them', async () => {
      const { status, body } = await post(`{"paymentKey":"${'k'.repeat(5_000)}","orderId":"1","amount":"10000.00"}`);
      expect([status, body.error?.code]).toEqual([400, 'COMMON-400-004']);
      expect(body.error?.fieldErrors?.map(({ field }) => field)).toEqual(['paymentKey', 'amount']);
    });

    it('of 16 KB is read, and of one byte more is not', async () => {
      const ofLength = (length: number) => `{}${' '.repeat(length - 2)}`;
      expect((await post(ofLength(16_384))).body.error?.code).toBe('COMMON-400-004');
      const { status, body } = await post(ofLength(16_385));
      expect([status, body.error?.code]).toEqual([413, 'COMMON-400-001']);
    });

    it('of another media type, or compressed, is not read', async () => {
      const json = JSON.stringify({ paymentKey: 'key', orderId: 1, amount: 1 });
      for (const headers of [
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/x-www-form-urlencoded' },
        { 'content-encoding': 'gzip' },
      ]) {
        const { status, body } = await post(json, headers);
        expect([status, body.error?.code]).toEqual([415, 'COMMON-400-001']);
      }
    });

    it('is not waited for when nobody says who sends it', async () => {
      const { status, body } = await headOnly({ 'content-type': 'application/json', 'content-length': '100' });
      expect([status, body.error?.code]).toEqual([401, 'COMMON-401']);
    });

    it('that was refused leaves the API as it was', async () => {
      const { status, body } = await post(JSON.stringify({ paymentKey: 'key', orderId: '999999', amount: 1 }));
      expect([status, body.error?.code]).toEqual([404, 'PAYMENT-404-001']);
    });
  });

  /** Announces a body and never sends it, which fetch cannot do. */
  function headOnly(headers: Record<string, string>): Promise<ConfirmAnswer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(`${api}/api/payments/confirm`, { method: 'POST', headers });
      request.on('error', reject).on('response', (response) => {
        const { statusCode: status = 0, headers: answered } = response;
        resolve(
          readAnswer(new Response(Readable.toWeb(response), { status, headers: answered as Record<string, string> })),
        );
        response.once('end', () => request.destroy());
      });
      request.flushHeaders();
    });
  }

  describe('without a token', () => {
    it.each(['/api/payments/confirm', '/api/payments/orders/1', '/api/nothing', '/api/', '/api'])(
      'nothing at %s is open',
      async (path) => {
        const { status, headers, body } = await callApi(`${api}${path}`);
        expect([status, body.error?.code]).toEqual([401, 'COMMON-401']);
        expect(headers.get('www-authenticate')).toBe('Bearer');
      },
    );

    it('the actuator, the API description and its page are', async () => {
      for (const path of ['/actuator/health', '/actuator/health/liveness', '/actuator/health/readiness']) {
        expect((await callApi(`${api}${path}`)).body).toMatchObject({ status: 'UP' });
      }
      expect((await callApi(`${api}/actuator/prometheus`)).text).toContain('http_server_requests_seconds');
      expect((await callApi(`${api}/v3/api-docs`)).text).toBe(stringifyJson(openApiDocument));
      const page = await callApi(`${api}/swagger-ui.html`);
      expect(page.headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
      const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => asset);
      expect(assets).toContain('swagger-ui/swagger-initializer.js');
      for (const asset of assets) expect((await callApi(`${api}/${asset}`)).status).toBe(200);
    });
  });

  describe('paths and methods', () => {
    it('that do not exist are answered with COMMON-404', async () => {
      for (const path of ['/api/nothing', '/api', '/nothing', '/swagger-ui/..%2f..%2fpackage.json', '/__proto__']) {
        const { status, body } = await call(path);
        expect([path, status, body.error?.code]).toEqual([path, 404, 'COMMON-404']);
      }
    });

    it.each(['/API/payments/orders/1', '/api/Payments/orders/1', '/api/payments/orders/1/', '/api/payments/CONFIRM/'])(
      'are compared letter by letter: %s is not there',
      async (path) => {
        const { status, body } = await call(path);
        expect([status, body.error?.code]).toEqual([404, 'COMMON-404']);
      },
    );

    it('are found with the digits of a UUID in either case, for a digit is not a letter', async () => {
      const ofOrder = await call(`/api/payments/orders/${order.orderId}`);
      const paymentId = String(ofOrder.body.data!['paymentId']);
      expect((await call(`/api/payments/${paymentId.toUpperCase()}`)).text).toBe(ofOrder.text);
    });

    it('that are no text are answered with COMMON-400-001', async () => {
      const { status, body } = await call('/api/payments/%E0%A4%A');
      expect([status, body.error?.code]).toEqual([400, 'COMMON-400-001']);
    });

    it.each([
      ['GET', '/api/payments/confirm', 'POST'],
      ['PUT', '/api/payments/confirm', 'POST'],
      ['DELETE', '/api/payments/orders/1', 'GET, HEAD'],
      ['POST', '/api/payments/orders/1/checkout', 'GET, HEAD'],
      ['PATCH', '/api/payments/0195a1b2-0000-7000-8000-000000000000', 'GET, HEAD'],
    ])('that do not go together (%s %s) are answered with COMMON-405', async (method, path, allow) => {
      const { status, headers, body } = await call(path, { method });
      expect([status, body.error?.code, headers.get('allow')]).toEqual([405, 'COMMON-405', allow]);
    });
  });

  describe('a correlation id', () => {
    const idOf = async (given?: string) => {
      const headers = given === undefined ? {} : { 'x-correlation-id': given };
      return (await call('/api/payments/orders/1', { headers })).headers.get('x-correlation-id');
    };

    it('is kept when it is harmless', async () => {
      expect(await idOf('checkout-7.2026_01')).toBe('checkout-7.2026_01');
    });

    it('is made when there is none, or one that could do harm in a log', async () => {
      for (const given of [undefined, 'a b', 'x'.repeat(65), '{"a":1}']) {
        expect(await idOf(given)).toMatch(/^[0-9a-f-]{36}$/);
      }
    });

    it('is in every line that the request made the API log', async () => {
      const paymentKey = 'a-key-that-somebody-made-up';
      await post(JSON.stringify({ paymentKey, orderId: Number(order.orderId), amount: 50_000 }), {
        'x-correlation-id': 'of-this-test',
      });
      const lines = world.log.map((text) => JSON.parse(text) as Record<string, unknown>);
      const own = lines.filter((line) => [line['correlationId'], line['requestId']].includes('of-this-test'));
      expect(own).toMatchObject([{ msg: 'confirm: refused', outcome: 'refused', orderId: String(order.orderId) }]);
    });

    it('gives way to the one of the payment in the line that tells what a confirm came to, and stays beside it', async () => {
      const { orderId, amount, token } = await world.order({});
      const body = JSON.stringify({
        paymentKey: 'another-made-up-key',
        orderId: Number(orderId),
        amount: Number(amount),
      });
      await call('/api/payments/confirm', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          'x-correlation-id': 'a-click',
        },
        body,
      });
      const lines = world.log.map((text) => JSON.parse(text) as Record<string, unknown>);
      const line = lines.find(({ requestId }) => requestId === 'a-click');
      expect(line).toMatchObject({ orderId: String(orderId), outcome: 'refused', replayed: false });
      expect(line?.['correlationId']).toBe(`order-${orderId}`);
    });
  });

  describe('reading', () => {
    it('a payment by its id and by its order gives the same, with every digit', async () => {
      const large = await world.order({ orderId: 9_223_372_036_854_775_807n, amount: 1_000n });
      const headers = { authorization: `Bearer ${large.token}` };
      const byOrder = await call(`/api/payments/orders/${large.orderId}`, { headers });
      expect(byOrder.text).toContain('"orderId":9223372036854775807,');
      expect(byOrder.body.data).toMatchObject({
        userId: Number(large.userId),
        status: 'READY',
        amount: 1_000,
        canceledAmount: 0,
        remainingAmount: 0,
        currency: 'KRW',
        approvedAt: null,
      });
      const paymentId = String(byOrder.body.data!['paymentId']);
      expect((await call(`/api/payments/${paymentId}`, { headers })).text).toBe(byOrder.text);
      expect((await call(`/api/payments/${paymentId}`)).status).toBe(404);
    });

    it("somebody else's payment looks as if there were none", async () => {
      const headers = { authorization: `Bearer ${await userToken(order.userId + 1n)}` };
      for (const suffix of ['', '/checkout']) {
        const foreign = await call(`/api/payments/orders/${order.orderId}${suffix}`, { headers });
        const unknown = await call(`/api/payments/orders/999999${suffix}`, { headers });
        expect(foreign.body.error?.code).toBe('PAYMENT-404-001');
        expect(timeless(foreign)).toEqual(timeless(unknown));
      }
    });

    it.each(['0', '01', '-1', '1.5', 'abc', '9223372036854775808', '99999999999999999999', '%00'])(
      'the payment of the order %s, which cannot be, finds none',
      async (orderId) => {
        const { status, body } = await call(`/api/payments/orders/${orderId}`);
        expect([status, body.error?.code]).toEqual([404, 'PAYMENT-404-001']);
      },
    );

    it('a checkout gives the payment window what it needs, and always the same customer key', async () => {
      const { status, body } = await call(`/api/payments/orders/${order.orderId}/checkout`);
      expect(status).toBe(200);
      expect(body.data).toMatchObject({
        pgOrderId: order.pgOrderId,
        amount: 50_000,
        currency: 'KRW',
        orderName: '티셔츠 외 1건',
        customerKey: expect.stringMatching(/^[\w-]{2,50}$/),
        clientKey: expect.stringMatching(/^test_gck_/),
      });
      const again = await call(`/api/payments/orders/${order.orderId}/checkout`);
      expect(again.body.data).toEqual(body.data);
    });

    it('a checkout of what is paid is refused', async () => {
      const paid = await world.order();
      const paymentKey = await world.authenticate(paid);
      await world.confirm(api, paid, { paymentKey });
      const headers = { authorization: `Bearer ${paid.token}` };
      const { status, body } = await call(`/api/payments/orders/${paid.orderId}/checkout`, { headers });
      expect([status, body.error?.code]).toEqual([400, 'PAYMENT-400-003']);
    });
  });

  it('counts who was turned away under the route that they asked for', async () => {
    await callApi(`${api}/api/payments/orders/1/checkout`);
    const { text } = await callApi(`${api}/actuator/prometheus`);
    expect(text).toMatch(
      /^http_server_requests_seconds_count\{[^}]*uri="\/api\/payments\/orders\/\{orderId\}\/checkout",status="401"\} \d/m,
    );
  });

  it('has answered nothing with 500', () => {
    expect(world.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
