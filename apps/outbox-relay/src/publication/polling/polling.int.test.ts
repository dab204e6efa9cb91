import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeConnect } from '@koosco/outbox-connector/testing';
import { topics } from '@koosco/payment-contracts';
import { type RelayProcess } from '../../../test/relay-process';
import { payctl } from '../../../test/payctl';
import { RelayWorld } from '../../../test/relay-world';
import { until } from '../../../test/until';

const POLLING = { RELAY_MODE: 'polling' };
const [PAYMENTS_MIN, PAYMENTS_MAX] = [100, 500];
const ORDERED = [topics['payment.created'], topics['payment.completed'], topics['payment.canceled']];

let world: RelayWorld;
let relays: RelayProcess[];
beforeAll(async () => {
  world = await RelayWorld.prepare(['mariadb', 'kafka']);
  relays = [world.relay(POLLING)];
  await world.startServers();
  await relays[0]!.ready();
  relays.push(world.relay(POLLING));
  await relays[1]!.ready();
}, 120_000);
afterAll(() => world.stop());

const publisherId = async () => {
  const [row] = await world.query<{ publisher: string | null }>('SELECT publisher FROM payment_outbox_relay');
  return row?.publisher ?? null;
};
const idOf = (relay: RelayProcess) => relay.lines.find(({ msg }) => msg === 'outbox-relay publishes')?.['publisher'];
/** The one that publishes, and one that would. */
async function roles(): Promise<{ publisher: RelayProcess; other: RelayProcess }> {
  const id = await publisherId();
  const publisher = relays.find((relay) => relay.lines.some((line) => line['publisher'] === id));
  const other = relays.find((relay) => relay !== publisher);
  return { publisher: publisher!, other: other! };
}

/** Payments with an event on each topic, each row a transaction of its own, while `happens`. @returns the ids of each payment. */
async function insertDuring(name: string, happens: () => Promise<void>): Promise<ReadonlyMap<string, bigint[]>> {
  const ids = new Map<string, bigint[]>();
  const state = { isOver: false };
  const over = happens().finally(() => (state.isOver = true));
  while ((!state.isOver || ids.size < PAYMENTS_MIN) && ids.size < PAYMENTS_MAX) {
    const key = `${name} ${ids.size}`;
    ids.set(key, []);
    for (const topic of ORDERED) ids.get(key)!.push(await world.insert({ topic, key, payload: `{"of":"${key}"}` }));
  }
  await over;
  return ids;
}

/** All of them came, first in the order of their payment. */
async function expectInOrder(ids: ReadonlyMap<string, bigint[]>): Promise<void> {
  await until(async () => (await world.pendingCount()) === 0);
  await until(() => [...ids.values()].flat().every((id) => world.recordsOf(id).length > 0));
  for (const [key, wanted] of ids) {
    const records = world.records.filter((record) => record.key?.toString() === key);
    // Of different topics: by the time that the broker's batch has, and those of one millisecond by their place.
    const firsts = wanted.map((id) => records.find(({ headers }) => String(headers?.['id']) === id.toString())!);
    const times = firsts.map(({ timestamp }) => Number(timestamp));
    expect({ key, times }).toEqual({ key, times: [...times].sort((a, b) => a - b) });
  }
}

describe('outbox-relay that publishes itself', () => {
  it('sends what Debezium would: the same topic, key, headers and bytes', async () => {
    const row = {
      topic: topics['payment.completed'],
      key: '0192-열쇠',
      payload: '{"이름":"값 \\"인용\\"","zero":1.0,  "emoji":"\u{1F600}\u2028","큰수":9007199254740993}\n',
    };
    const id = await world.insert(row);
    await world.published(id);
    await until(() => world.recordsOf(id).length > 0);
    const [record] = world.recordsOf(id);
    expect(record).toMatchObject({ topic: row.topic, key: Buffer.from(row.key), value: Buffer.from(row.payload) });
    expect(record!.headers).toEqual({ id: Buffer.from(id.toString()), ce_type: Buffer.from('test') });
    const traceParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const traced = await world.insert({ ...row, traceParent });
    await until(() => world.recordsOf(traced).length > 0);
    expect(world.recordsOf(traced)[0]!.headers).toMatchObject({ traceparent: Buffer.from(traceParent) });
    expect(await relays[0]!.metric('outbox_end_to_end_seconds_count', '')).toBeGreaterThan(0);
  });

  it('does not miss what was inserted before others and committed after them', async () => {
    await world.query('START TRANSACTION');
    const late = await world.insert({ topic: ORDERED[0]!, key: 'late', payload: '{}' });
    const others = await world.insertElsewhere({ topic: ORDERED[0]!, key: 'other', payload: '{}' }, 50);
    for (const id of others) await until(() => world.recordsOf(id).length > 0);
    expect(others[0]! > late).toBe(true);
    expect(world.recordsOf(late)).toEqual([]);
    await world.query('COMMIT');
    await world.published(late);
  });

  it('is succeeded when it is killed, and every payment’s events come in their order', async () => {
    const { publisher, other } = await roles();
    let tookMs = 0;
    const ids = await insertDuring('killed', async () => {
      await until(async () => (await world.pendingCount()) > 0);
      const killedAt = Date.now();
      await publisher.end();
      await until(() => idOf(other) !== undefined);
      tookMs = Date.now() - killedAt;
    });
    await expectInOrder(ids);
    process.stdout.write(`taken over ${tookMs} ms after a kill\n`);
    relays = [other, world.relay(POLLING)];
    await relays[1]!.ready();
  });

  it('publishes no more when it was frozen and another one has begun', async () => {
    const { publisher, other } = await roles();
    const ids = await insertDuring('frozen', async () => {
      publisher.kill('SIGSTOP');
      await until(() => idOf(other) !== undefined);
      publisher.kill('SIGCONT');
      await until(async () => (await publisher.get('/actuator/health/liveness')).status === 200);
    });
    await expectInOrder(ids);
    expect(await publisherId()).toBe(idOf(other));
  });

  describe('and payctl', () => {
    // Whoever asked Connect would find nobody, and say so.
    const operate = (...args: string[]) =>
      payctl({ ...world.env, KAFKA_CONNECT_URL: 'http://127.0.0.1:9' }, [
        'outbox',
        'repair',
        ...args,
        '--why',
        'a test',
      ]);

    it('lets it go on behind a row that is set aside, and tells no connector', async () => {
      const row = { topic: ORDERED[0]!, key: 'one row is bad', payload: '{}' };
      const bad = await world.insert({ ...row, topic: 'no topic' });
      const later = await world.insert(row);
      expect(await operate('--set-aside', String(bad))).toMatchObject({ code: 0, stderr: '' });
      await world.published(later);
      expect(await world.status(bad)).toBeUndefined();
    });

    it('has it send again what was published, in the order of the payment', async () => {
      const row = { topic: ORDERED[0]!, key: 'sent again', payload: '{}' };
      const ids = [await world.insert(row), await world.insert(row)];
      for (const id of ids) await world.published(id);
      expect(await operate(String(ids[0]))).toMatchObject({ code: 0, stderr: '' });
      await until(() => ids.every((id) => world.recordsOf(id).length === 2));
      const came = world.records.filter(({ key }) => key?.toString() === row.key);
      expect(came.map(({ headers }) => BigInt(String(headers?.['id'])))).toEqual([...ids, ...ids]);
    });
  });

  it('leaves no canary and nothing PENDING', async () => {
    await until(async () => {
      const rows = await world.query(
        "SELECT id FROM payment_outbox WHERE status = 'PENDING' AND aggregate_type = 'Payment'",
      );
      return rows.length === 0;
    });
    const canaries = await world.query("SELECT id FROM payment_outbox WHERE aggregate_type = 'Canary'");
    expect(canaries.length).toBeLessThan(5);
  });

  describe('and Debezium at once', () => {
    const refusalOf = async (relay: RelayProcess) => {
      expect(await relay.exited).toBe(1);
      return JSON.stringify(relay.lines.find(({ level }) => level === 'error' || level === 'fatal'));
    };

    it('is refused: a relay of Debezium where relays publish', async () => {
      const refusal = await refusalOf(world.relay({ KAFKA_CONNECT_URL: 'http://127.0.0.1:9' }));
      expect(refusal).toMatch(/published by relays with RELAY_MODE=polling[^]*To change over/);
    });

    it('is refused: a relay that publishes where Kafka Connect has the connector', async () => {
      const connect = await FakeConnect.start();
      connect.state.configuration = { 'connector.class': 'x' };
      const refusal = await refusalOf(world.relay({ ...POLLING, KAFKA_CONNECT_URL: connect.url }));
      expect(refusal).toMatch(/Kafka Connect has the connector payment-outbox/);
      await connect.stop();
    });

    it('is refused: a connector that payctl would put where relays publish', async () => {
      const connect = await FakeConnect.start();
      const env = { ...world.env, KAFKA_CONNECT_URL: connect.url };
      expect(await payctl(env, ['connector', 'apply', '--why', 'a test'])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/refused: relays publish by polling here/),
      });
      expect(connect.commands).toEqual([]);
      await connect.stop();
    });

    it('is refused: relays that publish, new and old ones, where Debezium does', async () => {
      await world.query("UPDATE payment_outbox_relay SET mode = 'debezium'");
      const all = [...relays, world.relay(POLLING)];
      for (const relay of all) expect(await refusalOf(relay)).toMatch(/published by Debezium/);
      await world.query("UPDATE payment_outbox_relay SET mode = 'polling'");
    });

    it('is no way to change over: payctl does, when no relay publishes any more, and takes the connector away', async () => {
      const connect = await FakeConnect.start();
      const changeTo = (...mode: string[]) =>
        payctl({ ...world.env, KAFKA_CONNECT_URL: connect.url }, ['outbox', 'mode', ...mode]);
      const why = ['--why', 'a test'];
      const relay = world.relay(POLLING);
      await until(() => idOf(relay) !== undefined);
      expect(await changeTo('debezium', ...why)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/a relay publishes just now/),
      });
      relay.kill('SIGTERM');
      await relay.exited;
      expect(await changeTo('debezium')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^would change over: polling → debezium/),
      });
      expect(await changeTo('debezium', ...why)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^changed over: polling → debezium/),
      });
      connect.state.configuration = { 'connector.class': 'x' };
      expect(await changeTo('polling', ...why)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/the connector payment-outbox goes/),
      });
      expect(connect.state.configuration).toBeNull();
      expect(connect.commands).toEqual(['PUT /stop', 'DELETE /offsets', 'DELETE /']);
      await connect.stop();
      expect(await changeTo('polling', ...why)).toMatchObject({
        code: 4,
        stderr: expect.stringMatching(/--without-connect/),
      });
      expect(await changeTo('polling', '--without-connect', ...why)).toMatchObject({ code: 0 });
      world.relay(POLLING);
      await world.published(await world.insertAny());
    });
  });
});
