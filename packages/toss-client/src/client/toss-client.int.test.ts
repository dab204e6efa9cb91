import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type Server, type Socket } from 'node:net';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { answerJson, type ScriptedServer, startScriptedServer } from '../testing/scripted-server';
import { tossPaymentJson } from '../testing/toss-payment-json';
import { type TossCall } from './toss-call-observer';
import { TossClient } from './toss-client';
import { tossClientConfig, type TossClientSettings } from './toss-client-config';

const secretKey = 'test_gsk_new_000000000000000000000000';
const previousSecretKey = 'test_gsk_old_000000000000000000000000';
const paymentKey = 'tgen_20250626194853NtWm4';
const order = { paymentKey, orderId: 'ord-0000000000000000042', amount: 1000 };

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

function clientOf(baseUrl: string, settings: Partial<TossClientSettings> = {}): TossClient {
  const client = new TossClient(tossClientConfig({ environment: 'development', secretKey, baseUrl, ...settings }));
  toClose.push(() => client.close());
  return client;
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<ScriptedServer> {
  const server = await startScriptedServer(answer);
  toClose.push(() => server.close());
  return server;
}

/** A TCP server that does with each connection what the test says. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** Of the next answer that this process gets over HTTP. */
function headIsRead(): Promise<void> {
  const channel = 'http.client.response.finish';
  return new Promise((resolve) => {
    const onRead = () => {
      unsubscribe(channel, onRead);
      resolve();
    };
    subscribe(channel, onRead);
  });
}

/** Deadlines pass when the test says so, and nothing else waits for it. */
function timersOfTheTest(): typeof jest {
  const others = [
    'Date',
    'hrtime',
    'nextTick',
    'performance',
    'queueMicrotask',
    'setImmediate',
    'setInterval',
  ] as const;
  toClose.push(() => jest.useRealTimers());
  return jest.useFakeTimers({ doNotFake: [...others] });
}

describe('TossClient, what it sends', () => {
  it('confirms with key, idempotency key, language and body, over one kept connection', async () => {
    const ports = new Set<number | undefined>();
    const server = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      answerJson(response, 200, tossPaymentJson());
    });
    const client = clientOf(server.url);
    const answer = await client.confirm(order, 'key-1');
    await client.getByPaymentKey(paymentKey);
    await client.getByOrderId(order.orderId);
    await client.cancel({ paymentKey, cancelReason: '변심', cancelAmount: 300, refundableAmount: 1000 }, 'key-2');

    expect(answer).toMatchObject({ kind: 'ok', httpStatus: 200, traceId: 'a'.repeat(32), secretKey: 'current' });
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/payments/confirm',
      headers: {
        authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`,
        'idempotency-key': 'key-1',
        'accept-language': 'ko-KR',
        'content-type': 'application/json',
      },
      body: JSON.stringify(order),
    });
    expect(server.requests.slice(1)).toMatchObject([
      { method: 'GET', path: `/v1/payments/${paymentKey}`, body: '' },
      { method: 'GET', path: `/v1/payments/orders/${order.orderId}` },
      {
        method: 'POST',
        path: `/v1/payments/${paymentKey}/cancel`,
        headers: { 'idempotency-key': 'key-2' },
        body: JSON.stringify({ cancelReason: '변심', cancelAmount: 300, refundableAmount: 1000 }),
      },
    ]);
    expect(ports.size).toBe(1);
  });

  it('asks for transactions in Korean time', async () => {
    const server = await serve((_request, response) => answerJson(response, 200, []));
    const range = { from: new Date('2026-01-01T15:00:00Z'), to: new Date('2026-01-02T14:59:59Z'), limit: 5000 };
    const answer = await clientOf(server.url).transactions({ ...range, startingAfter: 'txrd_1' });
    expect(answer).toMatchObject({ kind: 'ok', value: [] });
    expect(server.requests[0]?.path).toBe(
      '/v1/transactions?startDate=2026-01-02T00%3A00%3A00&endDate=2026-01-02T23%3A59%3A59&startingAfter=txrd_1&limit=5000',
    );
  });

  it('lets a payment key address nothing but its payment', async () => {
    const server = await serve((_request, response) => answerJson(response, 404, { code: 'NOT_FOUND_PAYMENT' }));
    const client = clientOf(server.url);
    for (const key of ['..', '.', '']) {
      expect(await client.getByPaymentKey(key)).toMatchObject({ phase: 'not-sent', cause: 'not-a-path-segment' });
      expect(await client.cancel({ paymentKey: key, cancelReason: 'x' }, 'k')).toMatchObject({ phase: 'not-sent' });
    }
    await client.getByPaymentKey('../orders/x?y#z');
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/payments/..%2Forders%2Fx%3Fy%23z']);
  });

  it('ignores the proxies of the environment', async () => {
    const server = await serve((_request, response) => answerJson(response, 200, tossPaymentJson()));
    process.env['http_proxy'] = 'http://127.0.0.1:9';
    try {
      expect(await clientOf(server.url).getByPaymentKey(paymentKey)).toMatchObject({ kind: 'ok' });
    } finally {
      delete process.env['http_proxy'];
    }
  });

  it.each(['', 'x'.repeat(301), 'line\nbreak', '멱등'])('refuses an idempotency key that Toss cannot take', (key) => {
    expect(() => clientOf('http://127.0.0.1:9').confirm(order, key)).toThrow(RangeError);
  });
});

describe('TossClient, what comes back', () => {
  it('tells an error with code, status, message and trace id', async () => {
    const server = await serve((_request, response) =>
      answerJson(response, 403, { code: 'REJECT_CARD_COMPANY', message: '결제 승인이 거절되었습니다.', data: null }),
    );
    expect(await clientOf(server.url).confirm(order, 'k')).toEqual({
      kind: 'error',
      httpStatus: 403,
      code: 'REJECT_CARD_COMPANY',
      message: '결제 승인이 거절되었습니다.',
      answeredAt: expect.any(Date),
      traceId: 'a'.repeat(32),
      secretKey: 'current',
    });
  });

  it('tells "not sent" when nobody listens, and when the name is unknown', async () => {
    const port = await listen(() => undefined);
    await toClose.pop()?.();
    expect(await clientOf(`http://127.0.0.1:${port}`).confirm(order, 'k')).toMatchObject({
      kind: 'no-answer',
      phase: 'not-sent',
      cause: 'ECONNREFUSED',
      httpStatus: null,
    });
    const unknownName = await clientOf('http://toss.invalid').confirm(order, 'k');
    expect(unknownName).toMatchObject({ phase: 'not-sent' });
  });

  it('tells "not sent" when TCP stands but TLS does not within the connect deadline', async () => {
    const port = await listen(() => undefined);
    const client = clientOf(`https://127.0.0.1:${port}`, { connectDeadlineMs: 50 });
    expect(await client.confirm(order, 'k')).toMatchObject({ phase: 'not-sent', cause: 'connect-deadline' });
  });

  it('tells "no response" when the connection breaks after the request', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const answer = await clientOf(`http://127.0.0.1:${port}`).confirm(order, 'k');
    expect(answer).toMatchObject({ phase: 'no-response', cause: 'ECONNRESET', httpStatus: null });
  });

  it('tells "no response" when the total deadline passes', async () => {
    const server = await serve(() => undefined);
    const answer = await clientOf(server.url, { totalDeadlineMs: 60 }).confirm(order, 'k');
    expect(answer).toMatchObject({ phase: 'no-response', cause: 'total-deadline' });
    expect(await clientOf(server.url).confirm(order, 'k', { deadlineMs: 30 })).toMatchObject({
      cause: 'total-deadline',
    });
  });

  it('tells a cut body, by a closed connection or by the deadline', async () => {
    const whole = JSON.stringify(tossPaymentJson());
    const cut = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': whole.length });
      response.write(whole.slice(0, 50), () => response.destroy());
    });
    expect(await clientOf(cut.url).confirm(order, 'k')).toMatchObject({
      phase: 'cut-body',
      cause: 'body-ended-early',
      httpStatus: 200,
    });
    const stalled = await serve((_request, response) => {
      response.writeHead(200, { 'x-tosspayments-trace-id': 'tr' });
      response.write(whole.slice(0, 50));
    });
    const isRead = headIsRead();
    const timers = timersOfTheTest();
    const answer = clientOf(stalled.url, { totalDeadlineMs: 80 }).confirm(order, 'k');
    await isRead;
    timers.advanceTimersByTime(80);
    expect(await answer).toMatchObject({ phase: 'cut-body', cause: 'total-deadline', httpStatus: 200, traceId: 'tr' });
  });

  it.each<[string, number, string]>([
    ['a page of a proxy', 502, '<html>Bad Gateway</html>'],
    ['a truncated object', 200, '{"paymentKey":"tge'],
    ['an object that is no payment', 200, '{"status":"DONE"}'],
    ['an error without a code', 400, '{"message":"잘못된 요청입니다."}'],
    ['nothing', 200, ''],
    ['a list', 200, '[]'],
  ])('tells that %s is unreadable', async (_what, httpStatus, body) => {
    const server = await serve((_request, response) => {
      response.writeHead(httpStatus);
      response.end(body);
    });
    const answer = await clientOf(server.url).confirm(order, 'k');
    expect(answer).toMatchObject({ kind: 'no-answer', phase: 'unreadable', httpStatus });
  });

  it('follows no redirect, and reads no more than the limit', async () => {
    const redirect = await serve((_request, response) => {
      response.writeHead(302, { location: '/v1/elsewhere' });
      response.end();
    });
    expect(await clientOf(redirect.url).confirm(order, 'k')).toMatchObject({ phase: 'unreadable', httpStatus: 302 });
    expect(redirect.requests).toHaveLength(1);

    const long = await serve((_request, response) =>
      answerJson(response, 200, tossPaymentJson({ x: 'x'.repeat(5000) })),
    );
    const answer = await clientOf(long.url, { responseBytesMax: 4096 }).confirm(order, 'k');
    expect(answer).toMatchObject({ phase: 'unreadable', cause: 'body-too-long', httpStatus: 200 });
  });

  it('never carries the secret key, the payment key or a part of the request in a bad answer', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const refusing = await serve((_request, response) => answerJson(response, 401, { code: 'X', message: '' }));
    const garbage = await serve((_request, response) => response.end('garbage'));
    for (const url of [`http://127.0.0.1:${port}`, 'http://127.0.0.1:9', refusing.url, garbage.url]) {
      const shown = inspect(await clientOf(url).confirm(order, 'idem-key'), { depth: 20, showHidden: true });
      for (const secret of [secretKey, Buffer.from(`${secretKey}:`).toString('base64'), paymentKey, 'idem-key']) {
        expect(shown).not.toContain(secret);
      }
    }
  });

  it('tells an observer about every call, and survives its failure', async () => {
    const calls: TossCall[] = [];
    const server = await serve((_request, response) => answerJson(response, 400, { code: 'INVALID_REQUEST' }));
    const onCall = (call: TossCall) => {
      calls.push(call);
      throw new Error('broken meter');
    };
    const answer = await clientOf(server.url, { onCall }).confirm(order, 'k', { attempt: 3 });
    expect(answer).toMatchObject({ kind: 'error' });
    expect(calls).toEqual([
      {
        operation: 'confirm',
        outcomeKind: 'error',
        code: 'INVALID_REQUEST',
        httpStatus: 400,
        durationMs: expect.any(Number),
        attempt: 3,
      },
    ]);
  });
});

describe('TossClient with two secret keys', () => {
  const keyOf = ({ headers }: { headers: IncomingMessage['headers'] }): string =>
    Buffer.from(headers.authorization?.slice(6) ?? '', 'base64')
      .toString()
      .slice(9, 12);

  it.each(['UNAUTHORIZED_KEY', 'INVALID_API_KEY'])('uses the old one when the new one is answered %s', async (code) => {
    const server = await serve((request, response) =>
      keyOf(request) === 'new' ? answerJson(response, 401, { code }) : answerJson(response, 200, tossPaymentJson()),
    );
    const client = clientOf(server.url, { previousSecretKey });
    expect(await client.confirm(order, 'k')).toMatchObject({ kind: 'ok', secretKey: 'previous' });
    expect(server.requests.map(keyOf)).toEqual(['new', 'old']);
  });

  it.each<[string, number, string]>([
    ['another error', 403, 'FORBIDDEN_REQUEST'],
    ['a decline', 403, 'REJECT_CARD_COMPANY'],
    ['a failure inside Toss', 500, 'FAILED_INTERNAL_SYSTEM_PROCESSING'],
  ])('does not use the old one after %s', async (_what, httpStatus, code) => {
    const server = await serve((_request, response) => answerJson(response, httpStatus, { code }));
    await clientOf(server.url, { previousSecretKey }).confirm(order, 'k');
    expect(server.requests.map(keyOf)).toEqual(['new']);
  });

  it('does not use the old one when there was no answer: it would be a new request to Toss', async () => {
    const server = await serve((_request, response) => response.destroy());
    const answer = await clientOf(server.url, { previousSecretKey }).confirm(order, 'k');
    expect(answer).toMatchObject({ phase: 'no-response', secretKey: 'current' });
    expect(server.requests.map(keyOf)).toEqual(['new']);
  });

  it('keeps to the key it is told', async () => {
    const server = await serve((_request, response) => answerJson(response, 401, { code: 'UNAUTHORIZED_KEY' }));
    const client = clientOf(server.url, { previousSecretKey });
    await client.confirm(order, 'k', { secretKey: 'current' });
    await client.confirm(order, 'k', { secretKey: 'previous' });
    expect(server.requests.map(keyOf)).toEqual(['new', 'old']);
  });
});
