import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { observedDatabase } from '../../test/observed-database';

const [ONE, ANOTHER] = [randomUUID(), randomUUID()] as const;

const world = observedDatabase(2);

beforeEach(async () => {
  await world.observer.query('TRUNCATE TABLE payment_outbox');
  await world.observer.query('DELETE FROM payment_outbox_relay');
  await world.observer.query('INSERT INTO payment_outbox_relay (id) VALUES (1)');
});

const over = () =>
  world.observer.query(
    'UPDATE payment_outbox_relay SET publishes_until = NOW(6) - INTERVAL 1 MICROSECOND WHERE id = 1',
  );

describe('who publishes', () => {
  it('is noted by the first who says so, and nobody changes it by saying something else', async () => {
    const { outboxPublication: publication } = world.database;
    expect(await publication.claimMode('polling')).toBe('polling');
    expect(await publication.claimMode('debezium')).toBe('polling');
    expect(await publication.claimMode('polling')).toBe('polling');
  });

  it('is one at a time, until its lease is over or it has left it', async () => {
    const { outboxPublication: publication } = world.database;
    expect(await publication.hold(ONE, 60_000)).toBe(false);
    await publication.claimMode('polling');
    expect(await publication.hold(ONE, 60_000)).toBe(true);
    expect(await publication.hold(ANOTHER, 60_000)).toBe(false);
    expect(await publication.hold(ONE, 60_000)).toBe(true);
    await over();
    expect(await publication.hold(ANOTHER, 60_000)).toBe(true);
    expect(await publication.hold(ONE, 60_000)).toBe(false);
    await publication.release(ONE);
    expect(await publication.hold(ONE, 60_000)).toBe(false);
    await publication.release(ANOTHER);
    expect(await publication.hold(ONE, 60_000)).toBe(true);
  });

  it('is changed by a person, and not while a relay publishes', async () => {
    const { outboxPublication: publication } = world.database;
    await publication.claimMode('polling');
    await publication.hold(ONE, 60_000);
    expect(await publication.changeMode('debezium')).toBe(false);
    expect(await publication.claimMode('polling')).toBe('polling');
    await over();
    expect(await publication.changeMode('debezium')).toBe(true);
    expect(await publication.claimMode('polling')).toBe('debezium');
    expect(await publication.hold(ONE, 60_000)).toBe(false);
  });

  it('is nobody where Debezium does', async () => {
    const { outboxPublication: publication } = world.database;
    await publication.claimMode('debezium');
    expect(await publication.hold(ONE, 60_000)).toBe(false);
  });
});

describe('rows to publish', () => {
  it('are the PENDING ones, in the order of their ids even where the clock was set back', async () => {
    await world.observer.query(
      `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status, created_at, published_at)
       SELECT 'p', 'Payment', CONCAT('e', seq), CONCAT('{"n":', seq, '}'), 't', 'k', IF(seq MOD 3 = 0, 'PUBLISHED', 'PENDING'),
         NOW() - INTERVAL seq SECOND, IF(seq MOD 3 = 0, NOW(), NULL) FROM seq_1_to_9`,
    );
    const { outboxPublication: publication } = world.database;
    const rows = await publication.pending(4);
    expect(rows.map(({ eventType }) => eventType)).toEqual(['e1', 'e2', 'e4', 'e5']);
    const row = { topic: 't', key: 'k', eventType: 'e1', payload: '{"n":1}', traceParent: null };
    expect(rows[0]).toEqual({ id: expect.any(BigInt), ...row });
    const ids = rows.map(({ id }) => id);
    expect((await publication.pending(2, ids)).map(({ eventType }) => eventType)).toEqual(['e7', 'e8']);
    expect(await publication.published(ids)).toBe(4);
    expect(await publication.published(ids)).toBe(0);
    expect(await publication.published([])).toBe(0);
    expect((await publication.pending(4)).map(({ eventType }) => eventType)).toEqual(['e7', 'e8']);
  });
});
