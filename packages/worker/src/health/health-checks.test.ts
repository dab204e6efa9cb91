import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@koosco/payment-telemetry';
import { type HealthCheckResult } from './health-check';
import { HealthChecks, type HealthChecksOptions } from './health-checks';

const UP: HealthCheckResult = { status: 'UP' };

function healthChecks(options: Partial<HealthChecksOptions> = {}) {
  const lines: { level: string; msg: string }[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ service: 'test', level: 'info', destination });
  return { health: new HealthChecks({ logger, ...options }), lines };
}

describe('HealthChecks', () => {
  it('is UP with the details of every component while all are', async () => {
    const { health } = healthChecks();
    health.addReadinessCheck('db', () => Promise.resolve({ status: 'UP', details: { connections: 4 } }));
    health.addLivenessCheck('consumer', () => Promise.resolve(UP));
    expect(await health.overall()).toEqual({
      status: 'UP',
      components: { db: { status: 'UP', details: { connections: 4 } }, consumer: UP },
    });
  });

  it('is not ready but alive while a dependency is down', async () => {
    const { health } = healthChecks();
    health.addReadinessCheck('db', () => Promise.reject(new Error('gone')));
    health.addLivenessCheck('consumer', () => Promise.resolve(UP));
    expect((await health.readiness()).status).toBe('DOWN');
    expect((await health.overall()).status).toBe('DOWN');
    expect(await health.liveness()).toEqual({ status: 'UP', components: { consumer: UP } });
  });

  it('is ready but not alive while it makes no progress', async () => {
    const { health } = healthChecks();
    health.addReadinessCheck('db', () => Promise.resolve(UP));
    health.addLivenessCheck('consumer', () => Promise.resolve({ status: 'DOWN', details: { lag: 7 } }));
    expect((await health.readiness()).status).toBe('UP');
    expect((await health.liveness()).components).toEqual({ consumer: { status: 'DOWN', details: { lag: 7 } } });
  });

  it('is not ready, but alive, from the moment shutdown begins, whatever was cached', async () => {
    const shutdown = new AbortController();
    const { health } = healthChecks({ shutdownSignal: shutdown.signal });
    health.addReadinessCheck('db', () => Promise.resolve(UP));
    expect((await health.readiness()).status).toBe('UP');
    shutdown.abort();
    expect(await health.readiness()).toEqual({
      status: 'DOWN',
      components: { db: UP, shutdown: { status: 'DOWN' } },
    });
    expect((await health.liveness()).status).toBe('UP');
  });

  it('tells the code or the class of a failure and nothing of its message', async () => {
    const { health } = healthChecks();
    const message = 'mysql://root:hunter2@db/commerce-payment refused';
    health.addReadinessCheck('code', () => Promise.reject(Object.assign(new Error(message), { code: 'ECONNREFUSED' })));
    health.addReadinessCheck('class', () => Promise.reject(Object.assign(new TypeError(message), { code: message })));
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- some drivers do
    health.addReadinessCheck('text', () => Promise.reject(message));
    health.addReadinessCheck('sync', () => {
      throw new RangeError(message);
    });
    const report = await health.readiness();
    expect(JSON.stringify(report)).not.toMatch(/hunter2|mysql/);
    expect(report.components).toEqual({
      code: { status: 'DOWN', details: { error: 'ECONNREFUSED' } },
      class: { status: 'DOWN', details: { error: 'TypeError' } },
      text: { status: 'DOWN', details: { error: 'Error' } },
      sync: { status: 'DOWN', details: { error: 'RangeError' } },
    });
  });

  it('gives up on a check that never answers, tells it so, and reports the others', async () => {
    const { health } = healthChecks({ timeoutMs: 1 });
    let abandoned: AbortSignal | undefined;
    health.addReadinessCheck('stuck', (signal) => {
      abandoned = signal;
      return new Promise(() => undefined);
    });
    health.addReadinessCheck('db', () => Promise.resolve(UP));
    expect((await health.readiness()).components).toEqual({
      stuck: { status: 'DOWN', details: { error: 'no answer in 1 ms' } },
      db: UP,
    });
    expect(abandoned?.aborted).toBe(true);
  });

  it('asks once for any number of concurrent probes and for those that follow within the cache time', async () => {
    let now = 0;
    let asked = 0;
    const { health } = healthChecks({ now: () => now, cacheMs: 1_000 });
    health.addReadinessCheck('db', () => {
      asked += 1;
      return Promise.resolve(UP);
    });
    await Promise.all([health.readiness(), health.overall(), health.readiness()]);
    now = 999;
    await health.readiness();
    expect(asked).toBe(1);
    now = 1_000;
    await health.readiness();
    expect(asked).toBe(2);
  });

  it('is asked again a tenth of a second after a DOWN: work waits for whoever was not ready a moment ago', async () => {
    let now = 0;
    let up = false;
    const { health } = healthChecks({ now: () => now, cacheMs: 1_000 });
    health.addReadinessCheck('db', () => Promise.resolve({ status: up ? 'UP' : 'DOWN' }));
    expect((await health.readiness()).status).toBe('DOWN');
    up = true;
    now = 99;
    expect((await health.readiness()).status).toBe('DOWN');
    now = 100;
    expect((await health.readiness()).status).toBe('UP');
  });

  it('runs the checks concurrently', async () => {
    const { health } = healthChecks();
    let answer: (result: HealthCheckResult) => void;
    const both = new Promise<HealthCheckResult>((resolve) => (answer = resolve));
    health.addReadinessCheck('first', () => both);
    health.addReadinessCheck('second', () => {
      answer(UP);
      return both;
    });
    expect((await health.readiness()).status).toBe('UP');
  });

  it('logs when a component goes down and when it is back, not at every probe', async () => {
    let now = 0;
    let up = false;
    const { health, lines } = healthChecks({ now: () => now });
    health.addReadinessCheck('db', () => (up ? Promise.resolve(UP) : Promise.reject(new Error('gone'))));
    for (const isUp of [false, false, true, true]) {
      up = isUp;
      now += 5_000;
      await health.readiness();
    }
    expect(lines.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      'warn health: db is down',
      'info health: db is up again',
    ]);
  });

  it('refuses two checks of one name', () => {
    const { health } = healthChecks();
    health.addReadinessCheck('db', () => Promise.resolve(UP));
    expect(() => health.addLivenessCheck('db', () => Promise.resolve(UP))).toThrow('"db"');
  });
});
