import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteConnector, KafkaConnectClient } from '@koosco/outbox-connector';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RelayProcess } from '../test/relay-process';
import { RelayWorld } from '../test/relay-world';
import { until } from '../test/until';

type Part = Parameters<RelayWorld['process']>[0];

let world: RelayWorld;
/** An event that was committed before the relay and the connector that will bring it were there. */
let waiting: bigint;
beforeAll(async () => {
  world = await RelayWorld.prepare();
  await world.startServers();
  waiting = await world.insertAny();
  await stop(PARTS.debezium);
}, 120_000);
afterAll(() => world.stop());

const PARTS = { debezium: ['mariadb', 'kafka', 'connect'], polling: ['mariadb', 'kafka'] } as const;

/** Each of them is the first, the second and the last of one, which is enough every day; `ORDERS=all` for every order there is. */
function ordersOf<T>(values: readonly T[]): readonly (readonly T[])[] {
  if (process.env['ORDERS'] === 'all') return permutationsOf(values);
  return values.map((_, from) => [...values.slice(from), ...values.slice(0, from)]);
}

function permutationsOf<T>(values: readonly T[]): readonly (readonly T[])[] {
  if (values.length < 2) return [values];
  return values.flatMap((first) =>
    permutationsOf(values.filter((each) => each !== first)).map((rest) => [first, ...rest]),
  );
}

/** Connect first: it leaves its group while there is a broker that it can tell. */
async function stop(parts: readonly Part[]): Promise<void> {
  for (const part of [...parts].reverse()) await world.process(part).stop();
}

/** The next one begins at the end of the binary log, as an installation's first one does. */
async function forgetConnector(): Promise<void> {
  const { signal } = new AbortController();
  await deleteConnector(new KafkaConnectClient({ url: world.connectUrl, signal }), 'payment-outbox', sleep);
}

const sentAgain = (relay: RelayProcess) =>
  relay.lines.map(({ msg }) => String(msg)).filter((message) => message.includes('are sent again'));

/** What it says of what is not there. It asks for the database first, and for nothing else until it has that. */
async function waitsFor(relay: RelayProcess, missing: readonly Part[]): Promise<boolean> {
  const says = (fields: Readonly<Record<string, unknown>>) =>
    relay.lines.some((line) => Object.entries(fields).every(([name, value]) => line[name] === value));
  const { status, components } = (await (await relay.get('/actuator/health/readiness')).json()) as {
    readonly status: string;
    readonly components: Readonly<Record<string, { readonly status: string }>>;
  };
  if (status !== 'DOWN' || components['outbox']?.status !== 'DOWN') return false;
  if (missing.includes('mariadb')) return components['db']?.status === 'DOWN' && says({ waitingFor: 'database' });
  const isAsSaid = (part: Part, component: string, line: Readonly<Record<string, unknown>>) =>
    missing.includes(part) ? components[component]?.status === 'DOWN' && says(line) : true;
  return (
    components['db']?.status === 'UP' &&
    isAsSaid('kafka', 'kafka', { waitingFor: 'kafka' }) &&
    isAsSaid('connect', 'connector', { round: 'looking after the connector' }) &&
    (missing.includes('kafka') || components['kafka']?.status === 'UP')
  );
}

describe.each(['debezium', 'polling'] as const)('outbox-relay that starts with nothing, RELAY_MODE=%s', (mode) => {
  const parts = PARTS[mode];

  it.each(ordersOf<Part>(parts).map((order) => [order.join(', '), order] as const))(
    'says for what it waits, and works when %s have come',
    async (name, order) => {
      const relay = world.relay({ RELAY_MODE: mode, CONNECTOR_STANDSTILL_MS: '15000' });
      await until(() => waitsFor(relay, order));
      const starts: Promise<void>[] = [];
      const isThere = new Set<Part>();
      for (const part of order) {
        const start = world
          .process(part)
          .start()
          .then(() => void isThere.add(part));
        starts.push(start);
        // Connect is there when its broker is.
        if (part !== 'connect' || isThere.has('kafka')) await start;
        const missing = order.filter((each) => !isThere.has(each));
        // With the last of them there may be nothing more to wait for by the time that it is asked.
        if (part !== order.at(-1)) await until(() => waitsFor(relay, missing));
      }
      await Promise.all(starts);

      const arrivedAt = Date.now();
      const seconds = () => ((Date.now() - arrivedAt) / 1_000).toFixed(1);
      const readyAfter = relay.ready().then(seconds);
      await world.published(await world.insertAny());
      const publishedAfter = seconds();
      await world.published(waiting);
      // With the first canary that came, and nothing was left that had to be waited for.
      expect(sentAgain(relay)).toEqual(
        mode === 'debezium' ? ['events had been committed before the connector began, and are sent again'] : [],
      );
      process.stdout.write(
        `${mode}, ${name}: an event is PUBLISHED ${publishedAfter} s after the last one came, ready ${await readyAfter} s after\n`,
      );

      relay.kill('SIGTERM');
      expect(await relay.exited).toBe(0);
      // The next one finds nothing that this one has done.
      await world.query('UPDATE payment_outbox_relay SET mode = NULL, canary_back_at = NULL');
      if (mode === 'debezium') await forgetConnector();
      waiting = await world.insertAny();
      await stop(parts);
    },
    120_000,
  );
});
