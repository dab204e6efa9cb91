import { KafkaConnectClient } from '@koosco/outbox-connector';
import { dltTopicOf, orderTopics } from '@koosco/payment-contracts';
import { openHealthReader, type HealthReader } from '@koosco/payment-db/operators';
import { type MortalProcess, type Surroundings } from '../surroundings';
import { Reopening } from './reopening';
import { quantileBetween, WorkerMetrics } from './worker-metrics';

/** Of the whole system, at one moment. Null is what could not be read. */
export interface SystemPicture {
  readonly ordersPerSecond: number | null;
  readonly confirmsPerSecond: number | null;
  readonly eventsPerSecond: number | null;
  readonly confirmP50Ms: number | null;
  readonly confirmP99Ms: number | null;
  readonly tossP50Ms: number | null;
  readonly lag: number | null;
  readonly unresolved: number | null;
  readonly oldestUnresolvedSeconds: number | null;
  readonly openRefunds: number | null;
  readonly pending: number | null;
  readonly oldestPendingSeconds: number | null;
  readonly deadLetters: number | null;
  readonly processes: readonly { readonly name: string; readonly isRunning: boolean; readonly isReady: boolean }[];
}

/** How many records there are in these topics, of which consumers are no concern. */
export interface TopicSizes {
  sizeOf(topics: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

const WORKERS = { 'confirm-api': 'apiUrl', 'order-consumer': 'consumerOpsUrl', 'outbox-relay': 'relayOpsUrl' } as const;
type WorkerName = keyof typeof WORKERS;

interface Reading {
  readonly atMs: number;
  readonly metrics: Readonly<Record<WorkerName, WorkerMetrics | null>>;
}

/** Rates and latencies are over this long, as far as one look a second allows. */
const WINDOW_READINGS = 5;
const CONFIRM = 'uri="/api/payments/confirm"';
const deadLetterTopics = orderTopics.map(dltTopicOf);

/** Reads the workers' metrics and what waits in the database, and only while somebody looks. */
export class SystemWatch {
  readonly #health: Reopening<HealthReader>;
  readonly #sizes: Reopening<TopicSizes>;
  readonly #readings: Reading[] = [];

  constructor(
    private readonly surroundings: Surroundings,
    openSizes: () => Promise<TopicSizes>,
  ) {
    this.#health = new Reopening(() => openHealthReader(surroundings.database));
    this.#sizes = new Reopening(openSizes);
  }

  async look(): Promise<SystemPicture> {
    const [now, waiting, deadLetters, processes] = await Promise.all([
      this.#read(),
      this.waiting().catch(() => null),
      this.#sizes.use((sizes) => sizes.sizeOf(deadLetterTopics)).catch(() => null),
      Promise.all(this.surroundings.processes.map((each) => this.#stateOf(each))),
    ]);
    const before = this.#readings[0] ?? now;
    this.#readings.push(now);
    if (this.#readings.length > WINDOW_READINGS) this.#readings.shift();
    return { ...ratesOf(before, now), ...waitingOf(waiting), lag: lagOf(now), deadLetters, processes };
  }

  /** What nobody knows the end of yet. @throws when the database does not answer. */
  waiting() {
    return this.#health.use(async (health) => ({
      attempts: await health.attempts(),
      refunds: await health.refunds(),
      unapplied: await health.unappliedCharges(),
      events: await health.pendingEvents(),
    }));
  }

  deadLetters(): Promise<number> {
    return this.#sizes.use((sizes) => sizes.sizeOf(deadLetterTopics));
  }

  async isReady(name: string): Promise<boolean> {
    const { connectUrl, sandboxUrl } = this.surroundings;
    if (Object.hasOwn(WORKERS, name)) {
      return answers(`${this.surroundings[WORKERS[name as WorkerName]]}/actuator/health/readiness`);
    }
    if (name === 'connect') return connectorRuns(connectUrl);
    if (name === 'toss-sandbox') return answers(`${sandboxUrl}/__sim/health`);
    const look = name === 'kafka' ? this.deadLetters() : this.waiting();
    return look.then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.#health.close(), this.#sizes.close()]);
  }

  async #stateOf({ name, pid }: MortalProcess) {
    const isRunning = pid !== undefined;
    return { name, isRunning, isReady: isRunning && (await this.isReady(name)) };
  }

  async #read(): Promise<Reading> {
    const names = Object.keys(WORKERS) as WorkerName[];
    const read = names.map(
      async (name) => [name, await WorkerMetrics.read(this.surroundings[WORKERS[name]]).catch(() => null)] as const,
    );
    return {
      atMs: Date.now(),
      metrics: Object.fromEntries(await Promise.all(read)) as Record<WorkerName, WorkerMetrics | null>,
    };
  }
}

function ratesOf(before: Reading, now: Reading) {
  const seconds = (now.atMs - before.atMs) / 1_000;
  const between = (worker: WorkerName, count: (metrics: WorkerMetrics) => number): number | null => {
    const [earlier, later] = [before.metrics[worker], now.metrics[worker]];
    if (earlier === null || later === null || seconds <= 0) return null;
    // A worker that was started again counts anew.
    return Math.max(0, count(later) - count(earlier)) / seconds;
  };
  const quantile = (name: string, label: string, of: number) => {
    const [earlier, later] = [before.metrics['confirm-api'], now.metrics['confirm-api']];
    if (earlier === null || later === null) return null;
    const bound = quantileBetween(earlier.buckets(name, label), later.buckets(name, label), of);
    return bound === null ? null : bound * 1_000;
  };
  return {
    ordersPerSecond: between('order-consumer', (metrics) => metrics.sum('payment_created_total')),
    confirmsPerSecond: between('confirm-api', (metrics) => metrics.sum('payment_confirm_total')),
    eventsPerSecond: between('outbox-relay', (metrics) => metrics.sum('payment_outbox_published_total')),
    confirmP50Ms: quantile('http_server_requests_seconds', CONFIRM, 0.5),
    confirmP99Ms: quantile('http_server_requests_seconds', CONFIRM, 0.99),
    tossP50Ms: quantile('toss_call_seconds', 'operation="confirm"', 0.5),
  };
}

function lagOf({ metrics }: Reading): number | null {
  return metrics['order-consumer']?.sum('kafka_consumer_partition_lag_records') ?? null;
}

type Waiting = Awaited<ReturnType<SystemWatch['waiting']>>;

function waitingOf(waiting: Waiting | null) {
  const ageOf = (oldestAt: Date | null | undefined) =>
    oldestAt === undefined ? null : oldestAt === null ? 0 : Math.max(0, (Date.now() - oldestAt.getTime()) / 1_000);
  return {
    unresolved: waiting?.attempts.count ?? null,
    oldestUnresolvedSeconds: ageOf(waiting?.attempts.oldestAt),
    openRefunds: waiting === null ? null : waiting.refunds.count + waiting.unapplied.count,
    pending: waiting?.events.count ?? null,
    oldestPendingSeconds: ageOf(waiting?.events.oldestAt),
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

/** Connect answers long before its connector goes on. */
async function connectorRuns(url: string): Promise<boolean> {
  const connect = new KafkaConnectClient({ url, signal: new AbortController().signal, deadlineMs: 1_000 });
  try {
    const { tasks } = await connect.status(CONNECTOR);
    return tasks.length === 1 && tasks[0] === 'RUNNING';
  } catch {
    return false;
  }
}

/** By the name that a relay gives it unless told. */
const CONNECTOR = 'payment-outbox';
