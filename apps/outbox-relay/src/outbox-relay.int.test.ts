import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RawProducer, recordBatch, type WrittenRecord } from '@koosco/payment-kafka/testing';
import { type RelayProcess } from '../test/relay-process';
import { topics } from '@koosco/payment-contracts';
import { kafkaClient } from '@koosco/payment-kafka';
import { createLogger } from '@koosco/payment-telemetry';
import { watchIdleness } from './adapters/kafka/idle-reader-watch';
import { RelayWorld } from '../test/relay-world';
import { until } from '../test/until';

const silent = createLogger({ service: 'test', level: 'silent' });
const CONNECTOR_CHECKS = 'payment_outbox_connector_checks_total';

let world: RelayWorld;
let relay: RelayProcess;
let lastBeforeQuietTimes: bigint;
beforeAll(async () => {
  world = await RelayWorld.prepare();
  relay = world.relay();
});
afterAll(() => world.stop());

const hasLookedAndFound = (result: string) => relay.metric(CONNECTOR_CHECKS, `result="${result}"`);

// The steps share one world and are told in its order: from a start before everything to a drained end.
describe('outbox-relay', () => {
  it('starts before its database, its broker and Connect, and is ready when they are there', async () => {
    await until(async () => (await relay.get('/actuator/health/liveness')).status === 200);
    expect((await relay.get('/actuator/health/readiness')).status).toBe(503);
    // Whoever is to be alarmed by its metrics needs them most while nothing works.
    expect((await relay.get('/actuator/prometheus')).status).toBe(200);
    await world.startServers();
    await relay.ready();
    expect(await hasLookedAndFound('configured')).toBe(1);
    // Three servers are started in it.
  }, 180_000);

  describe('for an outbox row', () => {
    it('publishes it byte for byte under its key once it is committed, and marks it when it was read back', async () => {
      const row = {
        topic: topics['payment.completed'],
        key: '0192-열쇠',
        payload: '{"이름":"값 \\"인용\\"","zero":1.0,  "emoji":"\u{1F600}\u2028","큰수":9007199254740993}\n',
      };
      await world.query('START TRANSACTION');
      const rolledBack = await world.insert({ ...row, payload: '{"never":true}' });
      await world.query('ROLLBACK');
      await world.query('START TRANSACTION');
      const id = await world.insert(row);
      await world.query('COMMIT');
      await world.published(id);

      await until(() => world.recordsOf(id).length > 0);
      const [record] = world.recordsOf(id);
      expect(record?.topic).toBe(row.topic);
      expect(record?.key?.toString()).toBe(row.key);
      expect(record?.value).toEqual(Buffer.from(row.payload));
      expect(record?.headers?.['ce_type']?.toString()).toBe('test');
      // What has no trace has a header without a value.
      expect(record?.headers?.['traceparent'] ?? null).toBeNull();
      expect(world.recordsOf(rolledBack)).toEqual([]);
    });

    it('keeps the order of one key', async () => {
      const row = { topic: topics['payment.created'], key: 'one payment', payload: '{}' };
      const ids: bigint[] = [];
      for (let index = 0; index < 10; index++) ids.push(await world.insert(row));
      await world.published(ids.at(-1)!);
      await until(() => ids.every((id) => world.recordsOf(id).length > 0));
      const key = world.records.filter((record) => record.key?.toString() === row.key);
      expect(key.map(({ headers }) => BigInt(String(headers?.['id'])))).toEqual(ids);
    });

    it('knows that the next one would arrive, and leaves nothing of that in the outbox', async () => {
      expect(await relay.metric('outbox_end_to_end_seconds_count', '')).toBeGreaterThan(0);
      expect(await relay.metric('payment_outbox_canary_age_seconds', '')).toBeLessThan(60);
      expect(await world.query("SELECT id FROM payment_outbox WHERE aggregate_type <> 'Payment'")).toEqual([]);
    });

    it('leaves it PENDING until its record exists, though the relay runs, and brings it when Connect is back', async () => {
      const failedLooks = await hasLookedAndFound('failed');
      await world.process('connect').kill();
      const id = await world.insertAny();
      await until(async () => (await hasLookedAndFound('failed')) > failedLooks);
      expect(await world.status(id)).toBe('PENDING');
      // What was asked a moment ago is answered from memory.
      await until(async () => (await relay.get('/actuator/health/readiness')).status === 503);
      await world.process('connect').start();
      await world.published(id);
    });
  });

  describe('for what anybody else writes to its topics', () => {
    const FOREIGN = 'payment_outbox_foreign_records_total';
    const topic = topics['payment.created'];
    const header = (name: string | Buffer, value: string | Buffer | null) => ({
      name: Buffer.from(name),
      value: value === null ? null : Buffer.from(value),
    });
    const record = (parts: Partial<WrittenRecord>): WrittenRecord => ({ key: null, value: null, ...parts });
    const withHeaders = (headers: NonNullable<WrittenRecord['headers']>) => [record({ headers })];
    const foreign = [
      recordBatch([record({}), record({ key: Buffer.alloc(900_000, 'k') })]),
      recordBatch([record({ value: Buffer.from([0xff, 0xfe]), timestamp: -1n })]),
      recordBatch(withHeaders([header('id', null)])),
      recordBatch(withHeaders([header('id', '1'), header('id', '2')])),
      recordBatch(withHeaders([header('id', '9'.repeat(1_000_000))])),
      recordBatch(withHeaders([header('id', '7f1c3d9e-0000-4000-8000-000000000000')])),
      recordBatch(
        withHeaders([header('__proto__', 'a'), header('constructor', null), header(Buffer.from([0xff]), '')]),
      ),
      recordBatch(withHeaders(Array.from({ length: 500_000 }, () => header('', '')))),
      ...(['gzip', 'snappy', 'lz4', 'zstd'] as const).map((codec) =>
        recordBatch([record({ value: Buffer.from('packed') })], codec),
      ),
    ];
    const foreignRecords = foreign.length + 1;
    // Unpacked, this record alone is over what is taken.
    const bomb = recordBatch([record({ value: Buffer.alloc(9_000_000) })], 'gzip');

    let producer: RawProducer;
    beforeAll(async () => {
      producer = await RawProducer.connect(world.bootstrapServers);
    });
    afterAll(() => producer.close());

    it('reads on behind whatever it is, and counts it', async () => {
      for (const batch of [...foreign, bomb]) await producer.send(topic, 0, batch);
      await until(async () => (await relay.metric(FOREIGN, `topic="${topic}",reason="unreadable_batch"`)) === 1);
      expect(await relay.metric(FOREIGN, `topic="${topic}",reason="no_outbox_id"`)).toBe(foreignRecords);
      await world.published(await world.insertAny());
      await relay.ready();
    });

    it('does not believe that a row is published whose id it says, unless it is its event', async () => {
      // Not in the binary log, so that its own event does not come.
      await world.query('SET SESSION sql_log_bin = 0');
      const row = { topic, key: 'mine', payload: '{"orderId":1}' };
      const id = await world.insert(row);
      // Nor is it sent again as one that was lost: it is not old enough, however long this takes.
      await world.query('UPDATE payment_outbox SET created_at = NOW() + INTERVAL 1 HOUR WHERE id = ?', [id]);
      await world.query('SET SESSION sql_log_bin = 1');
      const headers = [header('id', id.toString())];
      const event = record({ key: Buffer.from(row.key), value: Buffer.from(row.payload), headers });
      const others = [
        { ...event, key: Buffer.from('another') },
        { ...event, value: Buffer.from('{"orderId":2}') },
      ];
      await producer.send(topic, 1, recordBatch(others, 'lz4'));
      await producer.send(topics['payment.completed'], 0, recordBatch([event]));
      await until(async () => (await relay.metric(FOREIGN, `topic="${topic}",reason="unlike_its_row"`)) === 2);
      await until(
        async () =>
          (await relay.metric(FOREIGN, `topic="${topics['payment.completed']}",reason="unlike_its_row"`)) === 1,
      );
      expect(await world.status(id)).toBe('PENDING');
      await producer.send(topic, 1, recordBatch([event], 'zstd'));
      await world.published(id);
    });
  });

  describe('for its connector', () => {
    afterEach(async () => {
      await world.published(await world.insertAny());
    });

    it('registers it again when somebody deleted it', async () => {
      const configured = await hasLookedAndFound('configured');
      await world.connectApi('DELETE', '');
      await until(async () => (await hasLookedAndFound('configured')) > configured);
    });

    it('resumes it when somebody paused or stopped it', async () => {
      await world.connectApi('PUT', '/pause');
      await until(async () => (await hasLookedAndFound('resumed')) > 0);
      const resumed = await hasLookedAndFound('resumed');
      await until(async () => (await hasLookedAndFound('running')) > 0);
      await world.connectApi('PUT', '/stop');
      await until(async () => (await hasLookedAndFound('resumed')) > resumed);
    });

    it('gives it a password that nobody can read in Connect', async () => {
      const shown = JSON.stringify([await world.connectApi('GET', '/config'), await world.connectApi('GET', '')]);
      expect(shown).toContain('"database.password":"${env:CONNECTOR_DB_PASSWORD}"');
      expect(shown).not.toContain('debezium1234');
    });

    it('goes on through a migration of the outbox', async () => {
      const before = await world.insertAny();
      await world.query('ALTER TABLE payment_outbox ADD COLUMN added VARCHAR(10) NULL AFTER aggregate_id');
      const between = await world.insertAny();
      await world.query('ALTER TABLE payment_outbox DROP COLUMN added');
      // Its configuration may name a column sooner than the binary log has it.
      await world.query('ALTER TABLE payment_outbox DROP COLUMN trace_parent');
      const withoutTrace = await world.insertAny();
      await world.query('ALTER TABLE payment_outbox ADD COLUMN trace_parent VARCHAR(55) NULL');
      for (const id of [before, between, withoutTrace, await world.insertAny()]) {
        await world.published(id);
        await until(() => world.recordsOf(id).length > 0);
        expect(world.recordsOf(id).map(({ value }) => String(value))).toEqual(['{}']);
      }
    });

    it('puts its configuration again when somebody changed it', async () => {
      const wanted = await world.connectApi('GET', '/config');
      await world.connectApi('PUT', '/config', { ...wanted, 'poll.interval.ms': '499' });
      await until(async () => (await world.connectApi('GET', '/config'))['poll.interval.ms'] === '10');
      expect(await world.connectApi('GET', '/config')).toEqual(wanted);
    });

    it('restarts it when its task has failed, as often as it takes', async () => {
      const restarted = await hasLookedAndFound('restarted');
      // A task that begins while its account may not enter fails for good.
      await world.query("ALTER USER debezium IDENTIFIED BY 'another'");
      await world.connectApi('POST', '/restart?includeTasks=true&onlyFailed=false');
      await until(async () => (await hasLookedAndFound('restarted')) > restarted);
      const id = await world.insertAny();
      await world.query("ALTER USER debezium IDENTIFIED BY 'debezium1234'");
      await world.published(id);
    });

    it('sends a row again that the binary log does not have, and what came behind it, in the order of the payment', async () => {
      const row = { topic: topics['payment.created'], key: 'a payment with a gap', payload: '{}' };
      const begunAnew = await hasLookedAndFound('begun_anew');
      const first = await world.insert(row);
      await world.query('SET SESSION sql_log_bin = 0');
      const lost = await world.insert(row);
      await world.query('SET SESSION sql_log_bin = 1');
      const later = await world.insert(row);
      await world.published(later);
      await world.published(lost);
      expect(await hasLookedAndFound('sent_again')).toBeGreaterThan(0);
      expect(await hasLookedAndFound('begun_anew')).toBe(begunAnew);
      await until(() => world.recordsOf(later).length === 2);
      const ofPayment = world.records.filter(({ key }) => key?.toString() === row.key);
      const ids = ofPayment.map(({ headers }) => BigInt(String(headers?.['id'])));
      expect(ids).toEqual([first, later, lost, later]);
      lastBeforeQuietTimes = later;
    });
  });

  describe('for a confirm whose worker was killed', () => {
    it.each(['before the call', 'after the call'] as const)(
      '%s: one charge, the payment APPROVED, one event',
      async (when) => {
        const order = await world.abandonConfirm(when);
        expect(world.chargesOf(order)).toHaveLength(when === 'before the call' ? 0 : 1);
        await world.endLease(order);
        await until(async () => (await world.paymentStatus(order)) === 'APPROVED');
        await until(() => world.eventsOf(order).length === 2);
        expect(world.eventsOf(order)).toEqual(['payment.created', 'payment.completed']);
        expect(world.chargesOf(order)).toMatchObject([{ kind: 'charge', amount: 15_000 }]);
      },
    );
  });

  it('takes a reader for idle that reads nothing of what waits in its partitions, and no other', async () => {
    const topic = topics['payment.created'];
    const kafka = kafkaClient({ clientId: 'test', bootstrapServers: world.bootstrapServers, logger: silent });
    const reader = (groupId: string, idleMs: number) => ({
      consumer: { partitions: [{ topic, partition: 0, idleMs, quietMs: idleMs, batch: null }] },
      source: { kafka, groupId, topics: [topic] },
    });
    const watch = ({ consumer, source }: ReturnType<typeof reader>, signal: AbortSignal) =>
      watchIdleness(consumer, source, signal, 100);
    const stop = new AbortController();
    const busy = [reader('nobody reads here', 1_000), reader('payment-outbox-read-back', 90_000)];
    const watches = Promise.all(busy.map((each) => watch(each, stop.signal)));
    await expect(watch(reader('nobody reads here', 90_000), stop.signal)).rejects.toThrow(/payment.created\/0 wait/);
    stop.abort();
    await watches;
  });

  it('changes nothing when a second one runs beside it, and leaves it when told to', async () => {
    const second = world.relay();
    await second.ready();
    const orders = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        world.abandonConfirm(index % 2 === 0 ? 'before the call' : 'after the call'),
      ),
    );
    for (const order of orders) await world.endLease(order);
    for (const order of orders) {
      await until(async () => (await world.paymentStatus(order)) === 'APPROVED');
      await until(() => world.eventsOf(order).length >= 2);
    }
    second.kill('SIGTERM');
    expect(await second.exited).toBe(0);
    const last = await world.insertAny();
    await world.published(last);
    for (const order of orders) {
      expect(world.chargesOf(order)).toMatchObject([{ kind: 'charge', amount: 15_000 }]);
      expect(world.eventsOf(order)).toEqual(['payment.created', 'payment.completed']);
    }
  });

  it('has published every row, and none again for being marked', async () => {
    await until(async () => (await world.pendingCount()) === 0);
    const rows = await world.query<{ id: bigint }>("SELECT id FROM payment_outbox WHERE status = 'PUBLISHED'");
    await until(() => rows.every(({ id }) => world.recordsOf(id).length > 0));
    // Before the last crash of Connect, what it had not yet noted down may have come twice.
    const sinceThen = rows.filter(({ id }) => id > lastBeforeQuietTimes);
    expect(sinceThen.length).toBeGreaterThan(20);
    expect(sinceThen.filter(({ id }) => world.recordsOf(id).length !== 1)).toEqual([]);
  });

  it('drains at SIGTERM and exits with 0', async () => {
    relay.kill('SIGTERM');
    expect(await relay.exited).toBe(0);
    expect(relay.lines.find(({ msg }) => msg === 'shutdown ends')?.['failed']).toEqual([]);
  });
});
