import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topics } from '@koosco/payment-contracts';
import { SCHEMA_HISTORY_TOPIC } from '@koosco/outbox-connector';
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

/**
 * All of them come, and each payment's end in their order; tells how long that took and what came twice. (A connector that
 * goes on from a wrong place sends something too early before it is noticed. It is sent again behind what it had missed.)
 */
async function expectDelivered(name: string, ids: ReadonlyMap<string, bigint[]>): Promise<void> {
  const since = Date.now();
  for (const id of [...ids.values()].flat()) await world.published(id);
  const seconds = ((Date.now() - since) / 1_000).toFixed(1);
  let twice = 0;
  for (const [key, wanted] of ids) {
    const came = world.records
      .filter((record) => record.key?.toString() === key)
      .map(({ headers }) => BigInt(String(headers?.['id'])));
    const lasts = came.filter((id, index) => came.lastIndexOf(id) === index);
    expect({ key, lasts }).toEqual({ key, lasts: wanted });
    twice += came.length - lasts.length;
  }
  process.stdout.write(
    `${name}: ${ids.size * EVENTS_EACH} events delivered after ${seconds} s, ${twice} of them twice\n`,
  );
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
});
