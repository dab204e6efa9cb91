import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { TraceCollector } from '../testing/trace-collector';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const DOWN = 'http://127.0.0.1:1';
/** As much as the queue takes, and half as much again. */
const SPANS = 3_000;

const makeSpans = `
  for (let made = 0; made < ${SPANS}; made += 1) telemetry.beginSpan({ name: 'create payment' }, null).end({});
  const queue = () => new Promise((resolve) => setTimeout(resolve, 20));
  await queue();`;

/** Runs a program of the built package. @returns its log lines and what it has printed as its result. */
async function run(script: string, env: Record<string, string>) {
  const program = `
    const telemetry = require('./dist/index.js');
    const logger = telemetry.createLogger({ service: 'confirm-api', level: 'info' });
    (async () => {
      const tracing = await telemetry.startTracing(process.env, { service: 'confirm-api', logger });
      ${script}
    })().then((result) => {
      console.log(JSON.stringify({ result }));
      // Whatever is still open then is not waited for, as in a worker.
      process.exit();
    });`;
  const child = spawn(process.execPath, ['-e', program], {
    cwd: join(__dirname, '..', '..'),
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly msg?: string; readonly result?: unknown });
  return { code, result: lines.at(-1)?.result, messages: lines.flatMap(({ msg }) => (msg === undefined ? [] : [msg])) };
}

const loaded = `return Object.keys(require.cache).filter((file) => /opentelemetry.(sdk|exporter|otlp|resources|core)/.test(file)).length;`;

describe('startTracing', () => {
  it.each<[string, Record<string, string>]>([
    ['nothing is said of OpenTelemetry', {}],
    ['the SDK is disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: DOWN, OTEL_SDK_DISABLED: 'TRUE' }],
    ['nothing is to be exported', { OTEL_EXPORTER_OTLP_ENDPOINT: DOWN, OTEL_TRACES_EXPORTER: 'none' }],
    ['only its name is said', { OTEL_SERVICE_NAME: 'payments' }],
  ])('loads nothing of the SDK where %s', async (_what, env) => {
    expect(await run(loaded, env)).toEqual({ code: 0, result: 0, messages: [] });
  });

  it('loads it where a collector is named, so that the test before could see it', async () => {
    expect((await run(loaded, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: DOWN })).result).toBeGreaterThan(0);
  });

  it('sends what is left when it is closed, under the names that the environment gives', async () => {
    const collector = await opened();
    const { code, messages } = await run(
      `telemetry.beginSpan({ name: 'create payment' }, null).end({}); await tracing.close();`,
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_SERVICE_NAME: 'payments-of-the-north',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
      },
    );
    expect({ code, messages }).toEqual({ code: 0, messages: ['spans are made and sent to a collector'] });
    expect(collector.spans).toMatchObject([{ service: 'payments-of-the-north', name: 'create payment' }]);
    expect(collector.bodies[0]).toContain('"staging"');
  });

  it('records the share that a sampler says, and nothing of a trace that its caller does not record', async () => {
    const collector = await opened();
    const script = `
      const quiet = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
      for (const parent of [null, quiet, quiet.replace(/00$/, '01')]) telemetry.beginSpan({ name: 'create' }, parent).end({});
      await tracing.close();`;
    await run(script, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    expect(collector.spans).toMatchObject([{ parentSpanId: 'b7ad6b7169203331' }]);
  });

  it('with a collector that is down says so once, and everything else goes on', async () => {
    const script = `${makeSpans} await tracing.close(); return 'went on';`;
    const { code, result, messages } = await run(script, {
      OTEL_EXPORTER_OTLP_ENDPOINT: DOWN,
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    });
    expect({ code, result }).toEqual({ code: 0, result: 'went on' });
    expect(messages).toEqual([
      'spans are made and sent to a collector',
      'spans cannot be sent to the collector and are dropped',
    ]);
  });

  it('does not wait for a collector that never answers', async () => {
    const silent = await silentServer();
    const script = `${makeSpans} await tracing.close(); return 'closed';`;
    const { port } = silent.address() as AddressInfo;
    const { code, result } = await run(script, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    expect({ code, result }).toEqual({ code: 0, result: 'closed' });
  });

  it('holds a queue of bounded length while a collector does not answer', async () => {
    const collector = await opened();
    // Nothing is sent before it is closed, so that the queue is all there is.
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '100',
    };
    const script = `for (let made = 0; made < ${SPANS}; made += 1) telemetry.beginSpan({ name: 'create' }, null).end({}); await tracing.close();`;
    await run(script, env);
    expect(collector.spans.length).toBeGreaterThan(0);
    expect(collector.spans.length).toBeLessThanOrEqual(200);
  });
});

async function opened(): Promise<TraceCollector> {
  const collector = await TraceCollector.open();
  closers.push(() => collector.close());
  return collector;
}

async function silentServer(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return server;
}
