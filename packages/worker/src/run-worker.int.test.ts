import { describe, expect, it } from '@jest/globals';
import { TraceCollector } from '@koosco/payment-telemetry/testing';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { scriptedWorker } from '../test/scripted-worker';

/** A worker with one dependency; `duties` and what else it needs are the test's. */
const worker = (duties: string, ping = 'async () => undefined', more: Record<string, string> = {}) => `
  setInterval(() => undefined, 1000);
  const config = { LOG_LEVEL: 'info', ...${JSON.stringify(more)} };
  Object.assign(process.env, config);
  void runWorker({
    heapGrowingPercent: 100,
    name: 'worker',
    loadConfig: () => config,
    compose: (_config, logger, lifecycle) => ({
      health: new HealthChecks({ logger, shutdownSignal: lifecycle.signal }),
      metrics: new Metrics('worker'),
      dependencies: [
        { name: 'database', component: 'db', client: { ping: ${ping}, close: async () => logger.info('database closed') } },
      ],
      duties: ${duties},
    }),
  });
  const duty = (name, work = untilAborted, more = {}) => ({
    ...more,
    name,
    run: async (signal) => {
      logger.info(name + ' begins');
      await work(signal);
      logger.info(name + ' ends');
    },
  });`;

describe('a worker of duties', () => {
  it('told to stop ends what its duties have under way, then its dependencies, and exits with 0', async () => {
    const slow = `async (signal) => { await untilAborted(signal); await new Promise(setImmediate); }`;
    const { code, messages } = await scriptedWorker(
      worker(`[duty('one', ${slow}), duty('two', untilAborted, { needsNothing: true })]`),
      {
        'the worker is at its duties': 'SIGTERM',
      },
    );
    expect(code).toBe(0);
    const told = messages.filter((message) => !String(message).startsWith('shutdown'));
    expect(told).toEqual([
      'two begins',
      'one begins',
      'the worker is at its duties',
      'two ends',
      'one ends',
      'database closed',
    ]);
  });

  it('whose dependency is away begins nothing but what needs none, and stops all the same', async () => {
    const away = `() => Promise.reject(new Error('refused'))`;
    const duties = `[duty('orders'), duty('http', untilAborted, { needsNothing: true })]`;
    const { code, messages } = await scriptedWorker(worker(duties, away), { 'waiting for database': 'SIGTERM' });
    expect(code).toBe(0);
    expect(messages).toContain('http ends');
    expect(messages).toContain('database closed');
    expect(messages).not.toContain('orders begins');
  });

  it.each<[string, string, string]>([
    ['fails', `async () => { throw new Error('stuck'); }`, 'stuck'],
    ['ends by itself', `async () => undefined`, 'orders has ended, and nobody told it to'],
  ])('one of which %s says so, ends the others, and exits with 1', async (_what, work, message) => {
    const { code, lines, messages } = await scriptedWorker(worker(`[duty('http'), duty('orders', ${work})]`));
    expect(code).toBe(1);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'fatal',
        msg: 'orders cannot go on',
        err: expect.objectContaining({ message }),
      }),
    );
    expect(messages).toEqual(expect.arrayContaining(['http ends', 'database closed']));
  });

  it('one of which gives up waiting because it is told to stop exits with 0', async () => {
    const waits = `(signal) => waitFor({ name: 'kafka', attempt: () => Promise.reject(new Error('refused')), signal, logger })`;
    const { code } = await scriptedWorker(worker(`[duty('orders', ${waits})]`), { 'waiting for kafka': 'SIGTERM' });
    expect(code).toBe(0);
  });

  it('that is traced sends its last spans when everything else has ended', async () => {
    const collector = await TraceCollector.open();
    const traces = `async (signal) => { await untilAborted(signal); beginSpan({ name: 'the last order' }, null).end({}); }`;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const { code, lines } = await scriptedWorker(worker(`[duty('orders', ${traces})]`, undefined, env), {
      'the worker is at its duties': 'SIGTERM',
    });
    await collector.close();
    expect(code).toBe(0);
    expect(collector.spans).toMatchObject([{ service: 'worker', name: 'the last order' }]);
    expect(lines.filter(({ msg }) => msg === 'shutdown step done').at(-1)).toMatchObject({ step: 'traces' });
  });

  it('whose collector never answers drains all the same', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const traces = `async (signal) => { beginSpan({ name: 'an order' }, null).end({}); await untilAborted(signal); }`;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const { code, messages } = await scriptedWorker(worker(`[duty('orders', ${traces})]`, undefined, env), {
      'the worker is at its duties': 'SIGTERM',
    });
    silent.close();
    expect(code).toBe(0);
    expect(messages).not.toContain('shutdown step failed');
  });

  it('collects its whole heap the less often the more it may grow', async () => {
    const busy = `async (signal) => {
      const { constants, PerformanceObserver } = await import('node:perf_hooks');
      let whole = 0;
      const count = (list) => {
        whole += list.getEntries().filter(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR).length;
      };
      new PerformanceObserver(count).observe({ entryTypes: ['gc'] });
      for (let kept = [], made = 0; made < 5_000_000;) {
        for (const end = made + 20_000; made < end; made += 1) kept.push({ made, of: [made] });
        if (kept.length > 200_000) kept = kept.slice(100_000);
        await new Promise(setImmediate);
      }
      logger.info({ whole }, 'counted');
      await untilAborted(signal);
    }`;
    const wholeCollections = async (heapGrowingPercent: number): Promise<number> => {
      const script = worker(`[duty('busy', ${busy})]`).replace('Percent: 100', `Percent: ${heapGrowingPercent}`);
      const { lines } = await scriptedWorker(script, { counted: 'SIGTERM' });
      return Number(lines.find(({ msg }) => msg === 'counted')?.['whole']);
    };
    const [often, seldom] = [await wholeCollections(10), await wholeCollections(300)];
    expect(seldom).toBeGreaterThan(0);
    expect(seldom).toBeLessThan(often / 2);
  });

  it('without a usable configuration says why and exits with 1', async () => {
    const { code, messages } = await scriptedWorker(`
      process.stderr.write = (text) => process.stdout.write(text);
      void runWorker({ name: 'worker', heapGrowingPercent: 100, loadConfig: () => { throw new Error('{"msg":"JWT_SECRET is missing"}'); } });`);
    expect(code).toBe(1);
    expect(messages).toEqual(['JWT_SECRET is missing']);
  });
});
