import { beforeEach, describe, expect, it } from '@jest/globals';
import { parsePaymentEvent } from '@koosco/payment-contracts';
import { createdEvent, newPayment } from '../../test/examples';
import { observedDatabase } from '../../test/observed-database';
import { createDatabase } from '../create-database';
import { pendingCountMax, type SeenEvent } from './payment-outbox';

const world = observedDatabase(4);

beforeEach(() => world.observer.query('TRUNCATE TABLE payment_outbox'));

describe('OutboxIntegrationEventPublisher', () => {
  it('writes what Debezium routes: topic, key, type and a payload that the contract reads back', async () => {
    const payment = newPayment();
    const event = createdEvent(payment, '상관 "id" \\ \u2028 😀');
    await world.database.unitOfWork.run((tx) => tx.events.publish([event]));
    const [row] = await world.observer.query<Record<string, string>[]>('SELECT * FROM payment_outbox');
    expect(row).toMatchObject({
      aggregate_id: payment.state.paymentId,
      aggregate_type: 'Payment',
      event_type: 'payment.created',
      topic: 'koosco.commerce.payment.created',
      partition_key: payment.state.paymentId,
      status: 'PENDING',
      published_at: null,
    });
    const parsed = parsePaymentEvent({ value: Buffer.from(row!['payload']!) });
    expect(parsed).toMatchObject({ kind: 'ok', event });
  });

  it('keeps the order of events, and takes more of them than one packet holds', async () => {
    // A Korean character takes three bytes: together about 4 MB, in packets of at most one.
    const payment = newPayment();
    const events = Array.from({ length: 3000 }, () => createdEvent(payment, '가'.repeat(250)));
    await world.observer.query('SET GLOBAL max_allowed_packet = 1048576');
    try {
      const small = createDatabase({ ...world.address, connectionLimit: 1 });
      await small.unitOfWork.run((tx) => tx.events.publish(events));
      await small.close();
    } finally {
      await world.observer.query('SET GLOBAL max_allowed_packet = DEFAULT');
    }
    const rows = await world.observer.query<{ payload: string }[]>('SELECT payload FROM payment_outbox ORDER BY id');
    expect(rows.map(({ payload }) => (JSON.parse(payload) as { id: string }).id)).toEqual(events.map(({ id }) => id));
  });
});

describe('PrismaPaymentOutbox', () => {
  it('marks what is pending once, however often and by however many it is told', async () => {
    const payments = Array.from({ length: 2500 }, () => newPayment());
    await world.database.unitOfWork.run((tx) => tx.events.publish(payments.map((payment) => createdEvent(payment))));
    const events = await seenEvents();
    const backwards = [...events].reverse();

    const marked = await Promise.all([
      world.database.outbox.markPublished(events),
      world.database.outbox.markPublished(backwards),
      world.database.outbox.markPublished([...events, ...events, { ...events[0]!, id: 999_999_999n }]),
    ]);
    expect(marked.reduce((sum, { published }) => sum + published, 0)).toBe(2500);
    expect(await world.database.outbox.markPublished(events)).toEqual({ published: 0, unlike: [] });
    expect(await world.database.outbox.markPublished([])).toEqual({ published: 0, unlike: [] });
    const [row] = await world.observer.query<Record<string, bigint>[]>(
      `SELECT COUNT(*) AS count FROM payment_outbox
       WHERE status = 'PUBLISHED' AND ABS(TIMESTAMPDIFF(SECOND, created_at, published_at)) < 60`,
    );
    expect(Number(row!['count'])).toBe(2500);
  });

  it.each<[string, (event: SeenEvent) => Partial<SeenEvent>]>([
    ['on another topic', () => ({ topic: 'koosco.commerce.payment.failed' })],
    ['under another key', () => ({ key: Buffer.from('another') })],
    ['without a key', () => ({ key: null })],
    ['with another payload', ({ value }) => ({ value: Buffer.from(`${String(value)} `) })],
    ['without a payload', () => ({ value: null })],
  ])('does not take a record %s for the event of a row, but the event beside it', async (_how, other) => {
    const payment = newPayment();
    await world.database.unitOfWork.run((tx) => tx.events.publish([createdEvent(payment, '상관 \ud83d\ude00')]));
    const [event] = await seenEvents();
    const forged = { ...event!, ...other(event!) };
    expect(await world.database.outbox.markPublished([forged])).toEqual({ published: 0, unlike: [forged] });
    expect(await world.database.outbox.markPublished([forged, event!])).toEqual({ published: 1, unlike: [forged] });
  });

  // MariaDB gives an event to whoever follows the binary log before its transaction can be seen in the tables.
  it('waits for a row whose transaction is not seen to be committed yet', async () => {
    let commit: () => void = () => undefined;
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    let insert: () => void = () => undefined;
    const isInserted = new Promise<void>((resolve) => (insert = resolve));
    const writing = world.database.unitOfWork.run(async (tx) => {
      await tx.events.publish([createdEvent(newPayment())]);
      insert();
      await mayCommit;
    });
    await isInserted;
    // Its transaction is committed in the binary log, and not here: what it wrote is read as Debezium would.
    await world.observer.query('SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED');
    const events = await seenEvents();
    await world.observer.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    expect(events).toHaveLength(1);

    const state = { isMarked: false };
    const marking = world.database.outbox.markPublished(events).finally(() => (state.isMarked = true));
    while (!state.isMarked && !(await somebodyWaits()));
    commit();
    await writing;
    expect(await marking).toEqual({ published: 1, unlike: [] });
  });

  it('tells how many are pending and how old the oldest is, of nothing else', async () => {
    expect(await world.database.outbox.pendingStatistics()).toEqual({ count: 0, oldestCreatedAt: null });
    await fillOutbox(1000, 'PUBLISHED');
    expect(await world.database.outbox.pendingStatistics()).toEqual({ count: 0, oldestCreatedAt: null });
    await fillOutbox(3, 'PENDING');
    expect(await world.database.outbox.pendingStatistics()).toEqual({
      count: 3,
      oldestCreatedAt: new Date('2026-01-15T08:59:57Z'),
    });
  });

  it('stops counting where more says nothing new', async () => {
    await fillOutbox(pendingCountMax + 5, 'PENDING');
    expect((await world.database.outbox.pendingStatistics()).count).toBe(pendingCountMax);
  });
});

/** What comes of the rows on their topics. */
async function seenEvents(): Promise<readonly SeenEvent[]> {
  const rows = await world.observer.query<{ id: bigint; topic: string; key: string; payload: string }[]>(
    'SELECT id, topic, partition_key AS `key`, payload FROM payment_outbox',
  );
  return rows.map(({ id, topic, key, payload }) => ({ id, topic, key: Buffer.from(key), value: Buffer.from(payload) }));
}

async function fillOutbox(count: number, status: 'PENDING' | 'PUBLISHED'): Promise<void> {
  const publishedAt = status === 'PENDING' ? 'NULL' : 'CURRENT_TIMESTAMP';
  await world.observer.query(
    `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status,
       created_at, published_at)
     SELECT seq, 'Payment', 'payment.created', '{}', 't', seq, ?, '2026-01-15 09:00:00' - INTERVAL seq SECOND,
       ${publishedAt} FROM seq_1_to_${count}`,
    [status],
  );
}

/** Whether rows are being read under a lock, which takes longer than a moment only when it is another's. */
async function somebodyWaits(): Promise<boolean> {
  const [row] = await world.observer.query<{ waiting: bigint }[]>(
    `SELECT COUNT(*) AS waiting FROM information_schema.processlist
     WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE '%payment_outbox%SHARE MODE'`,
  );
  return row?.waiting === 1n;
}

describe('rows that are over', () => {
  it('go, the oldest first and no more than asked for, where they are published and old enough', async () => {
    await world.observer
      .query(`INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status, created_at, published_at)
      SELECT CONCAT('p', seq), 'Payment', 'test', '{}', 't', 'k', IF(seq = 2, 'PENDING', 'PUBLISHED'), NOW() - INTERVAL 105 - 10 * seq MINUTE,
        IF(seq = 2, NULL, NOW())
      FROM seq_1_to_9`);
    const hour = 3_600_000;
    const left = async () => {
      const rows = await world.observer.query<{ of: string }[]>(
        'SELECT aggregate_id AS `of` FROM payment_outbox ORDER BY id',
      );
      return rows.map(({ of }) => of).join(' ');
    };
    expect(await world.database.outbox.forget(hour, 1)).toBe(1);
    expect(await left()).toBe('p2 p3 p4 p5 p6 p7 p8 p9');
    expect(await world.database.outbox.forget(hour, 100)).toBe(2);
    expect(await left()).toBe('p2 p5 p6 p7 p8 p9');
    expect(await world.database.outbox.forget(hour, 100)).toBe(0);
  });
});

describe('what only one worker does at a time', () => {
  it('is left to it by the others, and can be done again when it has ended or failed', async () => {
    const another = createDatabase({ ...world.address, connectionLimit: 1 });
    const done = await world.database.exclusively('a name', async () => [
      await another.exclusively('a name', () => Promise.resolve('twice')),
      await another.exclusively('another name', () => Promise.resolve('apart')),
    ]);
    expect(done).toEqual([null, 'apart']);
    await expect(another.exclusively('a name', () => Promise.reject(new Error('in vain')))).rejects.toThrow('in vain');
    expect(await world.database.exclusively('a name', () => Promise.resolve('again'))).toBe('again');
    await another.close();
  });

  it("is the next one's when the server has ended its connection, and no process ends of that", async () => {
    const another = createDatabase({ ...world.address, connectionLimit: 1 });
    const done = await world.database.exclusively('a lost name', async () => {
      const holder = `SELECT IS_USED_LOCK('${world.address.database}.a lost name') AS id`;
      const [row] = await world.observer.query<{ id: bigint }[]>(holder);
      await world.observer.query(`KILL ${row!.id}`);
      let taken: string | null = null;
      while (taken === null) taken = await another.exclusively('a lost name', () => Promise.resolve('taken'));
      return taken;
    });
    expect(done).toBe('taken');
    await another.close();
  });
});
