import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, Metrics } from '@koosco/payment-telemetry';
import { HealthChecks } from '../health/health-checks';
import { type OpsServer } from './ops-server';
import { startOpsServer } from './start-ops-server';

const PAYMENT_CREATED = { name: 'payment_created_total', help: 'Payments created from orders' };

describe('the ops server', () => {
  const logger = createLogger({ service: 'test', level: 'silent' });
  let dbIsUp: boolean;
  let scrapeFails: boolean;
  let server: OpsServer;

  beforeEach(async () => {
    dbIsUp = true;
    scrapeFails = false;
    const metrics = new Metrics('order-consumer');
    metrics.counter(PAYMENT_CREATED).inc();
    metrics.gauge({ name: 'lag', help: 'h' }, () => {
      if (scrapeFails) throw new Error('mysql://root:hunter2@db');
      return 0;
    });
    const health = new HealthChecks({ logger, cacheMs: 0 });
    health.addReadinessCheck('db', () => Promise.resolve({ status: dbIsUp ? 'UP' : 'DOWN', details: { pool: 1 } }));
    health.addLivenessCheck('consumer', () => Promise.resolve({ status: 'UP' }));
    server = await startOpsServer({
      port: 0,
      host: '127.0.0.1',
      health,
      metrics,
      logger,
      info: { app: { name: 'order-consumer' } },
    });
  });
  afterEach(() => server.close());

  async function get(path: string) {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  }

  async function getJson(path: string) {
    const { status, text } = await get(path);
    return { status, body: JSON.parse(text) };
  }

  it('answers health as Spring does: 200 with components and groups', async () => {
    expect(await getJson('/actuator/health')).toEqual({
      status: 200,
      body: {
        status: 'UP',
        components: { consumer: { status: 'UP' }, db: { status: 'UP', details: { pool: 1 } } },
        groups: ['liveness', 'readiness'],
      },
    });
  });

  it('answers 503 for health and readiness, 200 for liveness, while a dependency is down', async () => {
    dbIsUp = false;
    const components = { db: { status: 'DOWN', details: { pool: 1 } } };
    expect((await getJson('/actuator/health')).status).toBe(503);
    expect(await getJson('/actuator/health/readiness')).toEqual({ status: 503, body: { status: 'DOWN', components } });
    expect(await getJson('/actuator/health/liveness')).toEqual({
      status: 200,
      body: { status: 'UP', components: { consumer: { status: 'UP' } } },
    });
  });

  it('exposes metrics with the content type of the text format', async () => {
    const { status, type, text } = await get('/actuator/prometheus');
    expect(status).toBe(200);
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('payment_created_total{service="order-consumer"} 1\n');
  });

  it('answers 500 without the reason when a scrape fails', async () => {
    scrapeFails = true;
    expect(await getJson('/actuator/prometheus')).toEqual({
      status: 500,
      body: { status: 500, error: 'Internal Server Error' },
    });
  });

  it('shows the info it was given', async () => {
    expect(await getJson('/actuator/info')).toEqual({ status: 200, body: { app: { name: 'order-consumer' } } });
  });

  it.each(['/', '/actuator', '/actuator/env', '/%E0%A4%A'])('answers 404 in JSON to %s', async (path) => {
    expect(await getJson(`${path}?token=hunter2`)).toEqual({
      status: 404,
      body: { status: 404, error: 'Not Found', path },
    });
  });

  it('names the port it cannot have', async () => {
    const metrics = new Metrics('other');
    const second = startOpsServer({
      port: server.port,
      host: '127.0.0.1',
      health: new HealthChecks({ logger }),
      metrics,
      logger,
    });
    await expect(second).rejects.toThrow(`127.0.0.1:${server.port}`);
  });

  it('closes although a client holds a connection open', async () => {
    const client = connect(server.port, '127.0.0.1');
    await once(client, 'connect');
    client.write('GET /actuator/health HTTP/1.1\r\n');
    // Being reset is as good as being closed.
    client.on('error', () => undefined);
    const closed = new Promise((resolve) => client.once('close', resolve));
    await server.close();
    await closed;
    server = { port: 0, close: () => Promise.resolve() };
  });
});
