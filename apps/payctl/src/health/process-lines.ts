import { type Config } from '../config';
import { type HealthLine, lineOf } from './health-line';

const DEADLINE_MS = 5_000;

interface Health {
  readonly status?: string;
  readonly components?: Readonly<Record<string, { readonly status?: string }>>;
}

/** The workers that are named, and Kafka Connect. */
export function processLines({
  PAYCTL_WORKERS,
  KAFKA_CONNECT_URL,
  CONNECTOR_NAME,
}: Config): readonly Promise<HealthLine>[] {
  const workers = PAYCTL_WORKERS.map((url) => lineOf(url, () => workerAt(url)));
  const connector = lineOf(`connector ${CONNECTOR_NAME}`, () => connectorAt(KAFKA_CONNECT_URL, CONNECTOR_NAME));
  return [...workers, connector];
}

async function workerAt(url: string): Promise<Omit<HealthLine, 'name'>> {
  const [health, info] = await Promise.all([
    get<Health>(`${url}/actuator/health`),
    get<{ app?: { name?: string } }>(`${url}/actuator/info`),
  ]);
  const down = Object.entries(health.components ?? {}).filter(([, { status }]) => status !== 'UP');
  const why = down.length === 0 ? '' : `: ${down.map(([name, { status }]) => `${name} ${status ?? '?'}`).join(', ')}`;
  return {
    state: health.status === 'UP' ? 'fine' : 'wrong',
    text: `${info.app?.name ?? 'a worker'} ${health.status ?? '?'}${why}`,
  };
}

async function connectorAt(url: string, name: string): Promise<Omit<HealthLine, 'name'>> {
  type Status = { connector?: { state?: string }; tasks?: readonly { state?: string; trace?: string }[] };
  const status = await get<Status>(`${url}/connectors/${encodeURIComponent(name)}/status`);
  const states = [status.connector?.state ?? '?', ...(status.tasks ?? []).map(({ state }) => `task ${state ?? '?'}`)];
  const trace = status.tasks?.find((task) => task.trace !== undefined)?.trace?.split('\n')[0];
  const isFine = states.length > 1 && states.every((state) => state.endsWith('RUNNING'));
  return { state: isFine ? 'fine' : 'wrong', text: states.join(', ') + (trace === undefined ? '' : `: ${trace}`) };
}

/** Also what is answered with 503 is an answer. */
async function get<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (response.status === 404) throw new Error(`nothing is at ${new URL(url).pathname}`);
  try {
    return (await response.json()) as T;
  } catch {
    throw new Error(`what is at ${new URL(url).origin} answers with ${response.status}, and with no JSON`);
  }
}
