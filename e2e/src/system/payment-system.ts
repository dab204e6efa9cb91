import { dirname, join } from 'node:path';
import { mkdirSync } from 'node:fs';
import {
  freePort,
  requireFreePort,
  type Infrastructure,
  type ManagedProcess,
  resolveInfrastructure,
  runQuietly,
  startArguments,
  Supervisor,
} from '@koosco/local-stack';
import { migrate } from '@koosco/payment-db';
import { SandboxControl } from '@koosco/toss-sandbox';
import { systemTopics } from './topics';

export type WorkerName = 'confirm-api' | 'order-consumer' | 'outbox-relay';

export interface PaymentSystemOptions {
  /** Data and logs; kept. */
  readonly dir: string;
  /** Removes `dir` when the system stops. */
  readonly removeAtEnd?: boolean;
  readonly fresh?: boolean;
  /** Ports that must be these; the others are chosen free. */
  readonly ports?: Partial<Ports>;
  /** Of the others, these are taken where they are free. */
  readonly preferredPorts?: Partial<Ports>;
  /** Where to look for servers that exist already, and where traces go (`OTEL_…`); nowhere unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The root of another built checkout, whose migrations and workers are run in the place of this one's. */
  readonly release?: string;
  /** Beyond the workers' development defaults. */
  readonly workerEnv?: Readonly<Record<string, string>>;
  readonly onProgress: (line: string) => void;
  /** Ends the start when aborted, and then everything started is stopped; {@link PaymentSystem.stop} is for later. */
  readonly signal?: AbortSignal;
}

export interface Ports {
  readonly api: number;
  readonly consumerOps: number;
  readonly relayOps: number;
  readonly sandbox: number;
  /** Of the demo shop, which {@link startShop} starts: confirm-api lets its page in, there or not. */
  readonly shop: number;
}

type WorkerPorts = Pick<Ports, 'api' | 'consumerOps' | 'relayOps'>;

/** The three workers, one of each. */
export interface Workers {
  readonly apiUrl: string;
  readonly consumerOpsUrl: string;
  readonly relayOpsUrl: string;
}

/** The whole product, running: servers, sandbox and the three workers. */
export interface PaymentSystem extends Workers {
  readonly infrastructure: Infrastructure;
  readonly sandboxUrl: string;
  readonly shopPort: number;
  readonly logs: string;
  /** Everything that runs as a process of ours. */
  readonly processes: readonly ManagedProcess[];
  /** Migrates to this checkout's schema, beneath whatever runs. */
  migrate(): Promise<void>;
  /** Starts the workers of this checkout beside those that run; resolves once they are ready. */
  startBeside(): Promise<Workers>;
  stop(): Promise<void>;
}

/**
 * Brings the whole product up and resolves once every worker is ready. Whatever ends without having been told to is
 * started again, as a container platform would.
 * @throws StartFailure, or an Error that says what is in the way; everything started is stopped before. The reason of
 * `signal` when that is aborted meanwhile.
 */
export async function startPaymentSystem(options: PaymentSystemOptions): Promise<PaymentSystem> {
  const { dir, onProgress } = options;
  const logs = join(dir, 'logs');
  const ports = await choosePorts(options.ports ?? {}, options.preferredPorts ?? {});
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    if (options.removeAtEnd === true) {
      // Of its own, and opened first, so that the folder goes last, after everything that writes to it.
      const folder = await Supervisor.open();
      closers.push(() => folder.stop());
      await folder.removeAtEnd(dir);
    }
    const infrastructure = await resolveInfrastructure({
      dir,
      topics: systemTopics,
      restart: true,
      onProgress,
      env: options.env ?? {},
      ...(options.fresh !== undefined && { fresh: options.fresh }),
      ...(options.signal && { signal: options.signal }),
    });
    closers.push(() => infrastructure.stop());
    options.signal?.throwIfAborted();
    mkdirSync(logs, { recursive: true });
    const { host, port, database, user, password } = infrastructure.mariadb;
    const migrateHere = async () => {
      await migrate({ host, port, database, user, password });
    };
    if (options.release === undefined) await migrateHere();
    else await runQuietly(process.execPath, [migrateOf(options.release)], { env: infrastructure.env });

    const supervisor = await Supervisor.open({ onProgress });
    closers.push(() => supervisor.stop());
    const sandboxUrl = urlOf(ports.sandbox);
    const start = (name: string, args: readonly string[], env: Record<string, string>, readiness: string) =>
      supervisor.start({
        name,
        command: process.execPath,
        args,
        env: { PATH: process.env['PATH'] ?? '', ...env },
        logFile: join(logs, `${name}.log`),
        readiness: { url: readiness },
        restart: true,
      });
    const { connect } = infrastructure;
    const startWorkers = async (
      at: WorkerPorts,
      { root, suffix }: { root?: string; suffix: string },
    ): Promise<Workers> => {
      const startWorker = (name: WorkerName, url: string, own: Record<string, string>) => {
        const env = {
          NODE_ENV: 'development',
          ...openTelemetryIn(options.env ?? {}),
          ...infrastructure.env,
          TOSS_BASE_URL: sandboxUrl,
          ...own,
          ...options.workerEnv,
        };
        return start(name + suffix, startArguments(folderOf(name, root)), env, `${url}/actuator/health/readiness`);
      };
      const urls = {
        apiUrl: urlOf(at.api),
        consumerOpsUrl: urlOf(at.consumerOps),
        relayOpsUrl: urlOf(at.relayOps),
      };
      await Promise.all([
        startWorker('confirm-api', urls.apiUrl, {
          SERVER_PORT: String(at.api),
          CORS_ALLOWED_ORIGINS: `http://127.0.0.1:${ports.shop},http://localhost:${ports.shop}`,
        }),
        startWorker('order-consumer', urls.consumerOpsUrl, { OPS_PORT: String(at.consumerOps) }),
        startWorker('outbox-relay', urls.relayOpsUrl, {
          OPS_PORT: String(at.relayOps),
          CONNECTOR_BOOTSTRAP_SERVERS: connect.bootstrapServers,
          ...(connect.database && {
            CONNECTOR_DB_HOST: connect.database.host,
            CONNECTOR_DB_PORT: String(connect.database.port),
          }),
          CONNECTOR_DB_USERNAME: infrastructure.mariadb.debezium.user,
          CONNECTOR_DB_PASSWORD: connect.databasePassword ?? infrastructure.mariadb.debezium.password,
        }),
      ]);
      return urls;
    };
    const [, workers] = await Promise.all([
      start(
        'toss-sandbox',
        [sandboxMain(), '--port', String(ports.sandbox), '--data', join(dir, 'toss-sandbox')],
        {},
        `${sandboxUrl}/__sim/health`,
      ),
      startWorkers(ports, { ...(options.release && { root: options.release }), suffix: '' }),
    ]);
    options.signal?.throwIfAborted();
    await hearOfToss({ apiUrl: workers.apiUrl, sandboxUrl });
    return {
      infrastructure,
      ...workers,
      sandboxUrl,
      shopPort: ports.shop,
      logs,
      get processes() {
        return [...infrastructure.processes, ...supervisor.list()];
      },
      migrate: migrateHere,
      startBeside: async () => startWorkers(await choosePorts({}, {}), { suffix: '-beside' }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openTelemetryIn(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const variables = Object.entries(env).filter(([name]) => name.startsWith('OTEL_'));
  return Object.fromEntries(variables.map(([name, value]) => [name, value ?? '']));
}

/** As a merchant does in Toss's developer centre. A sandbox that kept its data knows the address from the last time. */
async function hearOfToss({ apiUrl, sandboxUrl }: { apiUrl: string; sandboxUrl: string }): Promise<void> {
  const url = `${apiUrl}/api/webhooks/toss`;
  const toss = new SandboxControl(sandboxUrl);
  const known = await toss.webhooks();
  if (!known.some((endpoint) => endpoint.url === url)) await toss.registerWebhook(url);
}

function folderOf(worker: WorkerName, release: string | undefined): string {
  return release === undefined
    ? dirname(require.resolve(`@koosco/${worker}/package.json`))
    : join(release, 'apps', worker);
}

function migrateOf(release: string): string {
  return join(release, 'packages', 'db', 'dist', 'cli', 'migrate.js');
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function sandboxMain(): string {
  return join(dirname(require.resolve('@koosco/toss-sandbox')), 'main.js');
}

const PORT_OWNERS: Record<keyof Ports, string> = {
  api: 'confirm-api',
  consumerOps: "order-consumer's ops server",
  relayOps: "outbox-relay's ops server",
  sandbox: 'the Toss sandbox',
  shop: 'the demo shop',
};

async function choosePorts(fixed: Partial<Ports>, preferred: Partial<Ports>): Promise<Ports> {
  const taken = new Set(Object.values(fixed));
  const choose = async (name: keyof Ports) => {
    const wanted = fixed[name];
    if (wanted !== undefined) await requireFreePort(wanted, PORT_OWNERS[name]);
    const port = wanted ?? (await freePort(taken, preferred[name]));
    taken.add(port);
    return port;
  };
  return {
    api: await choose('api'),
    consumerOps: await choose('consumerOps'),
    relayOps: await choose('relayOps'),
    sandbox: await choose('sandbox'),
    shop: await choose('shop'),
  };
}
