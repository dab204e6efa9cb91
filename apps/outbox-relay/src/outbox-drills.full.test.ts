import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topics } from '@koosco/payment-contracts';
import { SCHEMA_HISTORY_TOPIC } from '@koosco/outbox-connector';
import { payctl, type PayctlResult } from '../test/payctl';
import { type RelayProcess } from '../test/relay-process';
import { RelayWorld } from '../test/relay-world';
import { until } from '../test/until';

const PAYMENTS = 10;
const EVENTS_EACH = 4;

let world: RelayWorld;
let relay: RelayProcess;

beforeAll(async () => {
  world = await RelayWorld.prepare();
  await world.startServers();
  relay = world.relay();
  await relay.ready();
}, 120_000);
afterAll(() => world.stop());

/** Connect writes it down once a minute, and when a task ends; without a place nothing could be lost but a snapshot. */
async function knowsItsPlace(): Promise<void> {
  await world.published(await world.insertAny());
  await world.connectApi('POST', '/restart?includeTasks=true&onlyFailed=false');
  await until(async () => {
    const place = JSON.stringify(await world.connectApi('GET', '/offsets'));
    return place.includes('gtids') && !place.includes('snapshot');
  });
  await world.published(await world.insertAny());
}

/** Half of each payment's events before what happens, half of them after it. */
async function insertAround(name: string, happens: () => Promise<void>): Promise<ReadonlyMap<string, bigint[]>> {
  const payments = Array.from({ length: PAYMENTS }, (_, index) => `${name} ${index}`);
  const ids = new Map(payments.map((key) => [key, [] as bigint[]]));
  const insertSome = async (): Promise<void> => {
    for (let round = 0; round < EVENTS_EACH / 2; round++) {
      for (const key of payments)
        ids.get(key)!.push(await world.insert({ topic: topics['payment.created'], key, payload: '{}' }));
    }
  };
  await insertSome();
  await happens();
  await insertSome();
  return ids;
}

interface Circumstances {
  /** What a person had to do. */
  readonly operator?: string;
  /** How many records there were before it happened. */
  readonly recordsBefore?: number;
  /** When everything ran again. */
  readonly since?: number;
}

/**
 * All of them come, and each payment's end in their order; tells how long that took, how long until a canary came that was
 * committed after what happened, and what came twice. (A connector that goes on from a wrong place sends something too early
 * before it is noticed. It is sent again behind what it had missed.)
 */
async function expectDelivered(
  name: string,
  ids: ReadonlyMap<string, bigint[]>,
  { operator = 'nothing', recordsBefore = 0, since = Date.now() }: Circumstances = {},
): Promise<void> {
  const [mark] = await world.query<{ now: string }>('SELECT NOW(6) AS now');
  const after = (done: number) => ((done - since) / 1_000).toFixed(1);
  const freshAfter = until(async () => {
    const [row] = await world.query<{ isFresh: number }>(
      'SELECT canary_back_at > ? AS isFresh FROM payment_outbox_relay WHERE id = 1',
      [mark!.now],
    );
    return row?.isFresh === 1;
  }).then(() => after(Date.now()));
  for (const id of [...ids.values()].flat()) await world.published(id);
  const deliveredAfter = after(Date.now());
  const canaryAfter = await freshAfter;
  const records = world.records.slice(recordsBefore).map(({ key, headers }) => ({
    key: key?.toString() ?? '',
    id: BigInt(String(headers?.['id'])),
  }));
  for (const [key, wanted] of ids) {
    const came = records.filter((record) => record.key === key).map(({ id }) => id);
    const lasts = came.filter((id, index) => came.lastIndexOf(id) === index);
    expect({ key, lasts }).toEqual({ key, lasts: wanted });
  }
  const wanted = new Set([...ids.values()].flat());
  const twice = records.filter(({ id }) => wanted.has(id)).length - wanted.size;
  const others =
    recordsBefore === 0 ? '' : `, ${records.filter(({ id }) => !wanted.has(id)).length} older ones once more`;
  const [table] = await world.query<{ rows: bigint }>('SELECT COUNT(*) AS `rows` FROM payment_outbox');
  process.stdout.write(
    `${name}: ${wanted.size} events delivered after ${deliveredAfter} s, a fresh canary after ${canaryAfter} s, ` +
      `${twice} of them twice${others} (${table!.rows} rows in the table); an operator did: ${operator}\n`,
  );
}

/** What a relay in this world is told to do by hand. */
async function operate(...args: string[]): Promise<PayctlResult> {
  return payctl(world.env, args);
}

describe('nothing that was promised is lost when the connector has lost its place', () => {
  it.each<[string, () => Promise<void>]>([
    ['the binary logs are purged while Connect is away', () => world.purgeBinaryLogs()],
    [
      'the server begins its binary logs and its GTIDs again, and passes where the connector was',
      async () => {
        await world.query('RESET MASTER');
        for (let index = 0; index < 200; index++)
          await world.query('UPDATE payment_outbox SET status = status WHERE id = 0');
        for (let index = 0; index < 200; index++) await world.query('FLUSH TABLES');
      },
    ],
    ['the schema history is deleted', () => world.deleteTopic(SCHEMA_HISTORY_TOPIC)],
    ['the offsets are deleted, too', () => world.deleteTopic('payment-connect-offsets')],
  ])(
    '%s',
    async (name, happens) => {
      await knowsItsPlace();
      await world.process('connect').kill();
      const ids = await insertAround(name, happens);
      await world.process('connect').start();
      await expectDelivered(name, ids);
      await relay.ready();
    },
    180_000,
  );

  it('somebody deletes the connector', async () => {
    const ids = await insertAround('deleted', async () => {
      await world.connectApi('DELETE', '');
    });
    await expectDelivered('the connector is deleted', ids);
    await until(async () => (await relay.metric('payment_outbox_connector_checks_total', 'result="configured"')) > 1);
  }, 60_000);

  it('the database is restored from a dump on another server', async () => {
    const name = 'restored';
    await knowsItsPlace();
    await world.process('connect').kill();
    const recordsBefore = world.records.length;
    const ids = await insertAround(name, async () => {
      relay.kill('SIGTERM');
      await relay.exited;
      await world.restoreElsewhere();
    });
    await world.process('connect').start();
    relay = world.relay();
    await expectDelivered('the database is restored from a dump on another server', ids, {
      recordsBefore,
      operator: 'stopped the relay and Connect, restored, started them',
    });
    await relay.ready();
  }, 120_000);
});

describe('what one command mends', () => {
  it('a row whose topic cannot be', async () => {
    const key = 'illegal 3';
    let bad = 0n;
    const ids = await insertAround('illegal', async () => {
      bad = await world.insert({ topic: 'no topic', key, payload: '{}' });
      await until(async () => {
        const { stdout } = await operate('connector', 'status');
        return /FAILED[^]*failed .*Invalid ?Topic/i.test(stdout);
      });
    });
    const before = await operate('outbox', 'status');
    expect(before.stdout).toMatch(new RegExp(`${bad} .* for 'no topic'; no topic can have that name`));
    const args = ['outbox', 'repair', '--set-aside', String(bad)];
    expect(await operate(...args)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^would set aside/) });
    expect(await world.status(bad)).toBe('PENDING');
    const since = Date.now();
    const done = await operate(...args, '--why', 'its topic has an illegal name', '--operator', 'kim');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    await expectDelivered('a row names a topic that cannot be', ids, {
      since,
      operator: 'payctl outbox repair --set-aside',
    });
    const { stdout } = await operate('outbox', 'status', '--json');
    const state = JSON.parse(stdout) as { setAside: object[]; pending: object };
    expect(state.setAside).toMatchObject([{ id: String(bad), topic: 'no topic', operator: 'kim' }]);
    expect(state.pending).toMatchObject({ count: 0 });
    await until(async () => (await operate('connector', 'status')).code === 0);
    const actions = await world.query('SELECT action, target, operator FROM payment_operator_action');
    expect(actions).toEqual([{ action: 'outbox-set-aside', target: `row ${bad}`, operator: 'kim' }]);
  }, 90_000);

  it('a topic that was created again, empty', async () => {
    const topic = topics['payment.created'];
    const ids = await insertAround('recreated', () => Promise.resolve());
    for (const id of [...ids.values()].flat()) await world.published(id);
    const onTopic = await world.query<{ id: bigint }>('SELECT id FROM payment_outbox WHERE topic = ? ORDER BY id', [
      topic,
    ]);
    await world.recreateTopic(topic);
    const recordsBefore = world.records.length;
    const args = ['outbox', 'repair', '--from', '1h', '--topic', topic];
    const planned = await operate(...args);
    expect(planned).toMatchObject({ code: 0, stdout: expect.stringMatching(/^would send again \d+ rows/) });
    const since = Date.now();
    const done = await operate(...args, '--why', 'the topic was recreated');
    expect(done.code).toBe(0);
    await until(async () => {
      const [row] = await world.query<{ pending: bigint }>(
        "SELECT COUNT(*) AS pending FROM payment_outbox WHERE status = 'PENDING'",
      );
      return row!.pending === 0n;
    });
    await expectDelivered('a topic is created again, empty', ids, {
      ...{ recordsBefore, since },
      operator: 'payctl outbox repair --from 1h --topic',
    });
    const there = new Set(
      world.records
        .slice(recordsBefore)
        .filter((record) => record.topic === topic)
        .map(({ headers }) => String(headers?.['id'])),
    );
    expect([...there].map(BigInt).sort((a, b) => (a < b ? -1 : 1))).toEqual(onTopic.map(({ id }) => id));
  }, 90_000);

  it('a connector that somebody has changed or that is not there', async () => {
    relay.kill('SIGTERM');
    await relay.exited;
    expect(await operate('connector', 'plan')).toMatchObject({ code: 0 });
    const found = (await world.connectApi('GET', '/config')) as Record<string, string>;
    await world.connectApi('PUT', '/config', {
      ...found,
      'database.ssl.truststore.password': 'swordfish-0451',
      'poll.interval.ms': '77',
    });
    const plan = await operate('connector', 'plan');
    expect(plan.code).toBe(1);
    expect(plan.stdout).toContain('~ poll.interval.ms = 10 (is 77)');
    expect(plan.stdout).toContain('- database.ssl.truststore.password (is ***)');
    expect(plan.stdout).not.toContain('swordfish');
    expect((await operate('connector', 'apply')).stderr).toContain('Nothing was done');
    expect((await operate('connector', 'plan')).code).toBe(1);
    expect((await operate('connector', 'apply', '--why', 'put it back')).code).toBe(0);
    expect((await operate('connector', 'plan')).code).toBe(0);
    await world.connectApi('DELETE', '');
    // Connect shows what it had deleted for a moment longer.
    await until(async () => (await operate('connector', 'status')).code === 3);
    expect((await operate('connector', 'apply', '--why', 'put it back')).code).toBe(0);
    relay = world.relay();
    await relay.ready();
    expect(await operate('connector', 'restart', '--begin-anew', '--why', 'to see it')).toMatchObject({
      code: 0,
      stderr: '',
    });
    await world.published(await world.insertAny());
  }, 90_000);
});
