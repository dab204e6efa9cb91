import {
  createLogger,
  type Logger,
  type LogLevel,
  type Metrics,
  startTracing,
  type TracingSettings,
} from '@koosco/payment-telemetry';
import { type Dependency, type Duty } from './duties/duty';
import { type HealthChecks } from './health/health-checks';
import { Lifecycle } from './lifecycle';
import { startOpsServer } from './ops-server/start-ops-server';
import { waitFor } from './duties/wait-for';
import { setFlagsFromString } from 'node:v8';

/** What a worker is made of. Nothing of it is connected or listening yet. */
export interface WorkerParts {
  readonly health: HealthChecks;
  readonly metrics: Metrics;
  readonly dependencies: readonly Dependency[];
  /** They begin in this order and end in the reverse of it. */
  readonly duties: readonly Duty[];
}

/** Where a worker that serves nothing else answers probes and scrapers; one that has HTTP of its own does it there. */
interface WorkerConfig extends TracingSettings {
  readonly LOG_LEVEL: LogLevel;
  readonly OPS_PORT?: number;
}

export interface WorkerDefinition<Config extends WorkerConfig> {
  readonly name: string;
  /**
   * By how much the heap grows before all of it is collected. V8's own share falls with the heap's limit, to a third at 256 MB: a busy
   * confirm-api was marked four times a second, for a fifth of its CPU, and was smaller by 15 MB (docs/operations/deploy.md).
   */
  readonly heapGrowingPercent: number;
  /** @throws Error that lists everything wrong with the environment. */
  readonly loadConfig: () => Config;
  readonly compose: (config: Config, logger: Logger, lifecycle: Lifecycle) => WorkerParts;
}

/**
 * The whole life of a worker's process. It ends with 0 when it was told to stop and has drained; with 1 when its
 * configuration is not usable, its start or one of its duties has failed, or it did not drain in time.
 */
export async function runWorker<Config extends WorkerConfig>(worker: WorkerDefinition<Config>): Promise<void> {
  // V8 reads it whenever it has collected. `NODE_OPTIONS` does not take it, and here it holds however a worker is started.
  setFlagsFromString(`--heap-growing-percent=${worker.heapGrowingPercent}`);
  let config: Config;
  try {
    config = worker.loadConfig();
  } catch (error) {
    // Before there is a logger there is only the configuration to complain about.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return;
  }
  const logger = createLogger({ service: worker.name, level: config.LOG_LEVEL });
  const lifecycle = new Lifecycle({ logger });
  lifecycle.installSignalHandlers();
  const ops = config.OPS_PORT === undefined ? undefined : { name: worker.name, port: config.OPS_PORT };
  await lifecycle.run(async () => {
    const tracing = await startTracing(config, { service: worker.name, logger });
    if (tracing !== null) lifecycle.onShutdown('traces', () => tracing.close());
    await startWorker(worker.compose(config, logger, lifecycle), logger, lifecycle, ops);
  });
}

/**
 * Resolves when the dependencies were there and every duty has begun; `lifecycle` ends what this begins. Dependencies
 * are waited for as long as it takes.
 * @throws when the ops server's port cannot be had.
 */
export async function startWorker(
  { health, metrics, dependencies, duties }: WorkerParts,
  logger: Logger,
  lifecycle: Lifecycle,
  ops?: { readonly name: string; readonly port: number },
): Promise<void> {
  if (ops !== undefined) {
    const info = { app: { name: ops.name } };
    const server = await startOpsServer({ port: ops.port, health, metrics, logger, info });
    lifecycle.onShutdown('ops server', () => server.close());
  }
  showReadiness(metrics, health);
  for (const { name, component, client } of dependencies) {
    lifecycle.onShutdown(name, () => client.close());
    health.addReadinessCheck(component, async () => {
      await client.ping();
      return { status: 'UP' };
    });
  }
  for (const { readiness } of duties) {
    if (readiness !== undefined) health.addReadinessCheck(readiness.component, readiness.check);
  }
  const { signal } = lifecycle;
  for (const duty of duties.filter(({ needsNothing }) => needsNothing === true)) begin(duty, lifecycle);
  for (const { name, client } of dependencies) {
    await waitFor({ name, attempt: () => client.ping(), signal, logger });
  }
  for (const duty of duties.filter(({ needsNothing }) => needsNothing !== true)) begin(duty, lifecycle);
  logger.info({ duties: duties.map(({ name }) => name) }, 'the worker is at its duties');
}

/** As of the scrape before: a scrape waits for no check. */
function showReadiness(metrics: Metrics, health: HealthChecks): void {
  let ready = 0;
  const look = async () => {
    ready = (await health.readiness()).status === 'UP' ? 1 : 0;
  };
  metrics.gauge(
    { name: 'worker_ready', help: 'Whether work may be sent to the worker, as of the scrape before: 1 or 0' },
    () => {
      void look();
      return ready;
    },
  );
}

function begin(duty: Duty, lifecycle: Lifecycle): void {
  const { signal } = lifecycle;
  const ended = work(duty, signal).catch((error: unknown) => {
    // During a shutdown it is the step below that fails, and is reported.
    if (signal.aborted) throw error;
    lifecycle.fail(`${duty.name} cannot go on`, error);
  });
  ended.catch(() => undefined);
  lifecycle.onShutdown(duty.name, () => ended);
}

async function work(duty: Duty, signal: AbortSignal): Promise<void> {
  try {
    await duty.run(signal);
  } catch (error) {
    // Giving up is what it is expected to do when it is told to stop while it waits.
    if (signal.aborted && error === signal.reason) return;
    throw error;
  }
  if (!signal.aborted) throw new Error(`${duty.name} has ended, and nobody told it to`);
}
