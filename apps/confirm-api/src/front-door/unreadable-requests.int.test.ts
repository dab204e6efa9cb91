import { createLogger } from '@koosco/payment-telemetry';
import { Lifecycle } from '@koosco/payment-worker';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { callApi } from '../../test/call-api';
import { sendRaw } from '../../test/requests/raw-request';
import { userToken } from '../../test/user-token';
import { type HttpServer, startHttpServer } from '../adapters/http/server/http-server';
import { compose } from '../composition-root';
import { loadConfig } from '../config';
import { tokens } from '../tokens';

/** For requests that never come to their end, and for no others: those a busy machine may hold up for longer. */
const REQUEST_TIMEOUT_MS = 1_000;
const CONFIRM = { method: 'POST', path: '/api/payments/confirm' };
const READ = { method: 'GET', path: '/api/payments/orders/1' };

/** None of these comes as far as the database, so that there is none. */
describe('a request that Node refuses to read', () => {
  const log: string[] = [];
  const logger = createLogger({
    service: 'confirm-api',
    level: 'debug',
    destination: { write: (line: string) => void log.push(line) },
  });
  const lifecycle = new Lifecycle({ logger });
  let server: HttpServer;
  let impatient: HttpServer;
  let api: string;
  let token: string;
  beforeAll(async () => {
    const parts = compose(loadConfig({ NODE_ENV: 'development' }), logger, lifecycle);
    lifecycle.onShutdown('database', () => parts.resolve(tokens.database).close());
    const app = parts.resolve(tokens.httpApp);
    server = await startHttpServer(app, { port: 0, logger });
    impatient = await startHttpServer(app, { port: 0, logger, requestTimeoutMs: REQUEST_TIMEOUT_MS });
    api = urlOf(server);
    token = await userToken(1n);
  });
  afterAll(async () => {
    await Promise.all([server.close(), impatient.close()]);
    await lifecycle.shutdown('end of the test');
  });

  const urlOf = ({ port }: HttpServer) => `http://127.0.0.1:${port}`;
  const confirm = (...headers: string[]) =>
    [
      'POST /api/payments/confirm HTTP/1.1',
      'Host: payments',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      ...headers,
      '',
      '',
    ].join('\r\n');
  const read = (...headers: string[]) => ['GET /api/payments/orders/1 HTTP/1.1', ...headers, '', ''].join('\r\n');

  it.each<[string, number, () => string]>([
    ['is no HTTP', 400, () => 'GARBAGE\r\n\r\n'],
    ['names no host', 400, () => read()],
    ['has two lengths', 400, () => confirm('Content-Length: 2', 'Content-Length: 3')],
    [
      'has a length and chunks',
      400,
      () => `${confirm('Content-Length: 2', 'Transfer-Encoding: chunked')}2\r\n{}\r\n0\r\n\r\n`,
    ],
    ['has a chunk whose length is none', 400, () => `${confirm('Transfer-Encoding: chunked')}ZZ\r\n{}\r\n0\r\n\r\n`],
    [
      'has a broken chunk after a good one',
      400,
      () => `${confirm('Transfer-Encoding: chunked')}1\r\n{\r\nZZ\r\n}\r\n0\r\n\r\n`,
    ],
    ['has a header that is none', 400, () => read('Host: payments', 'Nonsense')],
    ['has more than 16 KB of headers', 431, () => read('Host: payments', `X-Padding: ${'a'.repeat(17_000)}`)],
    [
      'has an address of more than 16 KB',
      431,
      () => `GET /api/payments/${'a'.repeat(17_000)} HTTP/1.1\r\nHost: payments\r\n\r\n`,
    ],
    ['expects wonders', 417, () => confirm('Expect: wonders', 'Connection: close', 'Content-Length: 2')],
    ['sends a body that does not come', 408, () => `${confirm('Content-Length: 100')}{`],
    ['sends headers that do not end', 408, () => 'GET / HTTP/1.1\r\nHost: payments\r\n'],
    ['wants a tunnel', 405, () => 'CONNECT payments:443 HTTP/1.1\r\nHost: payments\r\n\r\n'],
  ])('because it %s gets %i in the format of every error', async (_, status, request) => {
    const [answer, ...more] = await sendRaw(status === 408 ? urlOf(impatient) : api, request(), [CONFIRM]);
    expect(more).toEqual([]);
    expect(answer?.status).toBe(status);
    expect(answer?.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer?.headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({
      success: false,
      error: { code: status === 405 ? 'COMMON-405' : 'COMMON-400-001' },
    });
  });

  it('does not cost the request before it on the same connection its own answer', async () => {
    const request = `${read('Host: payments')}GARBAGE\r\n\r\n`;
    const answers = await sendRaw(api, request, [READ, READ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 400]);
  });

  it('because the client ends it amid its body gets 400 too', async () => {
    const socket: Socket = connect(server.port, '127.0.0.1');
    socket.write(`${confirm('Content-Length: 100')}{`);
    socket.end();
    expect(await text(socket)).toContain('COMMON-400-001');
  });

  it('is logged by the correlation id that its answer has, and never as an error', async () => {
    const [answer] = await sendRaw(api, 'GARBAGE\r\n\r\n', [CONFIRM]);
    const correlationId = answer?.headers.get('x-correlation-id');
    const lines = log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter((line) => line['correlationId'] === correlationId)).toMatchObject([
      { level: 'debug', msg: 'request cannot be read', status: 400 },
    ]);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('leaves the server as it was', async () => {
    const { status, body } = await callApi(`${api}/nothing`);
    expect([status, body.error?.code]).toEqual([404, 'COMMON-404']);
  });
});
