import { config } from './config';
import { dockerAnswers, startContainers } from './servers/docker';
import { environmentOf, serversOf, type Access } from './environment';
import { type Infrastructure, type InfrastructureOptions, type Source } from './infrastructure';
import { createTopics, listTopics } from './servers/kafka-part';
import { selectOne } from './servers/mariadb-part';
import { checkReadiness } from './servers/readiness';
import { startStack } from './start-stack';
import { type Part, type Stack } from './stack';

const PARTS: readonly Part[] = ['mariadb', 'kafka', 'connect'];

/**
 * A database, a broker and Connect: those that the environment names, each by itself; otherwise containers, when a
 * Docker engine answers and nothing was named; otherwise plain processes. LOCAL_INFRASTRUCTURE=processes or =docker
 * decides between the last two.
 *
 * @throws Error when a named server does not answer, naming it; otherwise as {@link startStack}.
 */
export async function resolveInfrastructure(options: InfrastructureOptions = {}): Promise<Infrastructure> {
  const onProgress = options.onProgress ?? (() => undefined);
  const named = serversOf(options.env ?? process.env);
  await verify(named);
  for (const part of PARTS) if (named[part] !== undefined) onProgress(`${part} is the one the environment names`);

  const missing = PARTS.filter((part) => named[part] === undefined);
  // Containers would have to reach a server of the host under a name that only its user knows.
  if (missing.length === PARTS.length && (await wantsDocker())) return inContainers(options);
  return asProcesses(options, named, missing);
}

async function wantsDocker(): Promise<boolean> {
  switch (config.infrastructure) {
    case 'processes':
      return false;
    case 'docker':
      if (await dockerAnswers()) return true;
      throw new Error('LOCAL_INFRASTRUCTURE is docker, but no Docker engine with Compose answers');
    case undefined:
      return dockerAnswers();
    default:
      throw new Error(`LOCAL_INFRASTRUCTURE is '${config.infrastructure}', and it knows docker and processes`);
  }
}

async function inContainers(options: InfrastructureOptions): Promise<Infrastructure> {
  const { stop, ...access } = await startContainers(options);
  await createTopics(access.kafka, options.topics ?? []);
  return infrastructure(access, () => 'docker', undefined, stop);
}

async function asProcesses(
  options: InfrastructureOptions,
  named: Partial<Access>,
  missing: readonly Part[],
): Promise<Infrastructure> {
  // A broker that is ours creates its topics itself.
  if (named.kafka !== undefined) await createTopics(named.kafka, options.topics ?? []);
  const stack =
    missing.length === 0
      ? undefined
      : await startStack({ ...options, parts: missing, ...(named.kafka && { kafkaElsewhere: named.kafka }) });
  const of = <K extends Part>(part: K): Access[K] => (named[part] ?? stack?.[part]) as Access[K];
  const mariadb = of('mariadb');
  const access: Access = {
    mariadb,
    kafka: of('kafka'),
    connect: { ...of('connect'), database: of('connect').database ?? { host: mariadb.host, port: mariadb.port } },
  };
  const source = (part: Part): Source => (named[part] === undefined ? 'processes' : 'environment');
  return infrastructure(access, source, stack, async () => stack?.stop());
}

function infrastructure(
  access: Access,
  source: (part: Part) => Source,
  stack: Pick<Stack, 'processes'> | undefined,
  stop: () => Promise<void>,
): Infrastructure {
  return {
    ...access,
    source: { mariadb: source('mariadb'), kafka: source('kafka'), connect: source('connect') },
    env: environmentOf(access, () => true),
    processes: stack?.processes ?? [],
    stop,
  };
}

async function verify({ mariadb, kafka, connect }: Partial<Access>): Promise<void> {
  if (mariadb !== undefined) {
    const { host, port, database, user } = mariadb;
    await naming(`MariaDB at ${host}:${port} (DB_HOST), database ${database}, user ${user}`, selectOne(mariadb));
  }
  if (kafka !== undefined) {
    await naming(`Kafka at ${kafka.bootstrapServers} (SPRING_KAFKA_BOOTSTRAP_SERVERS)`, listTopics(kafka));
  }
  if (connect !== undefined) {
    const url = new URL('connectors', `${connect.url.replace(/\/$/, '')}/`).href;
    await naming(`Kafka Connect at ${connect.url} (KAFKA_CONNECT_URL)`, checkReadiness({ url }));
  }
}

async function naming(server: string, check: Promise<void>): Promise<void> {
  try {
    await check;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${server} does not answer: ${reason}`, { cause: error });
  }
}
