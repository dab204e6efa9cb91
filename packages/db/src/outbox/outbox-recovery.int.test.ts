import { beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabaseInTime } from '../../test/database-in-time';
import { createdEvent, newPayment } from '../../test/examples';
import { observedDatabase } from '../../test/observed-database';

const world = observedDatabase(4);

beforeEach(async () => {
  await world.observer.query('TRUNCATE TABLE payment_outbox');
  await world.observer.query('DELETE FROM payment_outbox_relay');
  await world.observer.query('INSERT INTO payment_outbox_relay (id) VALUES (1)');
});

type Status = 'PENDING' | 'PUBLISHED';

async function insert(aggregateId: string, status: Status, ageSeconds = 3_600): Promise<bigint> {
  const [row] = await world.observer.query<{ id: bigint }[]>(
    `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status, created_at, published_at,
       trace_parent)
     VALUES (?, 'Payment', 'test', CONCAT('{"n":', RAND(), '}'), 't', ?, ?, NOW() - INTERVAL ? SECOND, IF(? = 'PUBLISHED', NOW(), NULL),
       CONCAT('00-', MD5(RAND()), '-', LEFT(MD5(RAND()), 16), '-01'))
     RETURNING id`,
    [aggregateId, aggregateId, status, ageSeconds, status],
  );
  return row!.id;
}

const contents = () =>
  world.observer.query<object[]>(
    `SELECT id, aggregate_id, event_type, payload, topic, partition_key, created_at, trace_parent
     FROM payment_outbox ORDER BY id`,
  );
const pendingIds = async () =>
  (
    await world.observer.query<{ id: bigint }[]>("SELECT id FROM payment_outbox WHERE status = 'PENDING' ORDER BY id")
  ).map(({ id }) => id);

/** Recovery in a time that stands still until it is told to pass. */
function recoveryInTime() {
  let nowMs = Date.now();
  const { outboxRecovery, close } = createDatabaseInTime(
    { ...world.address, connectionLimit: 1 },
    () => new Date(nowMs),
  );
  return { recovery: outboxRecovery, pass: (ms: number) => void (nowMs += ms), close };
}

/** What the binary log has of inserted rows since then, which is what a connector sends. */
async function insertedInBinaryLog(work: () => Promise<unknown>): Promise<number> {
  const written = async () => {
    const [row] = await world.observer.query<{ Value: string }[]>("SHOW GLOBAL STATUS LIKE 'Handler_write'");
    return Number(row!.Value);
  };
  const before = await written();
  await work();
  return (await written()) - before;
}

describe('lost events', () => {
  it('are sent again with all that came behind them in their payment, as they were, and nothing else is', async () => {
    const before = await insert('gap', 'PUBLISHED');
    const lost = await insert('gap', 'PENDING');
    const other = await insert('whole', 'PUBLISHED');
    const behind = [await insert('gap', 'PUBLISHED'), await insert('gap', 'PENDING', 0)];
    const onItsWay = await insert('young', 'PENDING', 0);
    const rows = await contents();

    expect(await world.database.outboxRecovery.sendAgain(600_000)).toEqual({ lost: 1, behind: 2, fromId: lost });
    expect(await contents()).toEqual(rows);
    expect(await pendingIds()).toEqual([lost, ...behind, onItsWay]);
    const published = await world.observer.query<{ id: bigint }[]>(
      "SELECT id FROM payment_outbox WHERE status = 'PUBLISHED' ORDER BY id",
    );
    expect(published.map(({ id }) => id)).toEqual([before, other]);
  });

  it('are inserted, because nothing else is read in the binary log, and at most once in a while', async () => {
    const lost = await insert('gap', 'PENDING');
    const { recovery, pass, close } = recoveryInTime();
    const inserted = await insertedInBinaryLog(() => recovery.sendAgain(10_000));
    expect(inserted).toBeGreaterThanOrEqual(1);
    const canaryCameBack = () =>
      world.observer.query('UPDATE payment_outbox_relay SET canary_back_at = sent_again_at + INTERVAL 1 MICROSECOND');
    /** Not until so much time has passed. */
    const sentAgainAfter = async (seconds: number) => {
      await canaryCameBack();
      pass(seconds * 1_000 - 1);
      expect(await recovery.sendAgain(10_000)).toBeNull();
      pass(1);
      return recovery.sendAgain(10_000);
    };
    // From the same row on it takes twice as long, and twice as long as that.
    expect(await sentAgainAfter(20)).toMatchObject({ lost: 1, fromId: lost });
    expect(await sentAgainAfter(40)).toMatchObject({ lost: 1 });
    await world.observer.query("UPDATE payment_outbox SET status = 'PUBLISHED', published_at = NOW()");
    const another = await insert('another', 'PENDING');
    expect(await sentAgainAfter(10)).toMatchObject({ lost: 1, fromId: another });
    await close();
  });

  it('wait for what has been sent again to arrive', async () => {
    await insert('gap', 'PENDING');
    await world.database.outboxRecovery.sendAgain(1_000);
    await world.observer.query('UPDATE payment_outbox_relay SET sent_again_at = sent_again_at - INTERVAL 900 SECOND');
    expect(await world.database.outboxRecovery.sendAgain(1_000)).toBeNull();
    await world.observer.query('UPDATE payment_outbox_relay SET canary_back_at = NOW(6)');
    expect(await world.database.outboxRecovery.sendAgain(1_000)).toMatchObject({ lost: 1 });
  });

  it('are sent behind one another also where their payment gets another event just then', async () => {
    const payment = newPayment();
    const { paymentId, orderId } = payment.state;
    await world.database.unitOfWork.run(async (tx) => {
      await tx.payments.insertNew([payment]);
      await tx.events.publish([createdEvent(payment)]);
    });
    await world.observer.query('UPDATE payment_outbox SET created_at = created_at - INTERVAL 60 SECOND');
    let mayEnd: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (mayEnd = resolve));
    let hasBegun: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (hasBegun = resolve));
    const another = world.database.unitOfWork.run(async (tx) => {
      await tx.payments.findByOrderIdForUpdate(orderId);
      await tx.events.publish([createdEvent(payment)]);
      hasBegun();
      await held;
    });
    await begun;
    const sending = world.database.outboxRecovery.sendAgain(10_000);
    await somebodyWaitsFor(paymentId);
    mayEnd();
    await another;
    // The one that was written meanwhile, too: behind the one that had been lost.
    expect(await sending).toMatchObject({ lost: 1, behind: 1 });
  });

  it('are sent in pieces, all of them, where there are many', async () => {
    await world.observer.query(
      `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status, created_at)
       SELECT CONCAT('p', seq MOD 700), 'Payment', 'test', '{}', 't', 'k', 'PENDING', NOW() - INTERVAL 1 HOUR FROM seq_1_to_2100`,
    );
    expect(await world.database.outboxRecovery.sendAgain(10_000)).toMatchObject({ lost: 2_100, behind: 0 });
    expect(await pendingIds()).toHaveLength(2_100);
  });
});

describe('a connector', () => {
  it('may begin anew, and again after longer and longer, until a canary has come back', async () => {
    const { recovery, pass, close } = recoveryInTime();
    for (const seconds of [30, 60, 120]) {
      expect(await recovery.mayBeginAnew()).toBe(true);
      await recovery.hasBegunAnew();
      pass(seconds * 1_000 - 1);
      expect({ seconds, may: await recovery.mayBeginAnew() }).toEqual({ seconds, may: false });
      pass(1);
    }
    expect(await recovery.mayBeginAnew()).toBe(true);
    await recovery.hasBegunAnew();
    await world.observer.query('UPDATE payment_outbox_relay SET canary_back_at = begun_anew_at + INTERVAL 1 SECOND');
    pass(30_000);
    expect(await recovery.mayBeginAnew()).toBe(true);
    await close();
  });
});

describe('canaries', () => {
  const rowsOf = (table: string) => world.observer.query<object[]>(`SELECT * FROM ${table}`);
  beforeEach(() => world.observer.query('TRUNCATE TABLE payment_outbox_canary'));

  it('are sent by one of all that want to, and stand in the outbox for nobody to see', async () => {
    const { outboxCanary: canary } = world.database;
    const sent = await Promise.all(Array.from({ length: 4 }, () => canary.send(60_000, 'in passing')));
    expect(sent.filter(Boolean)).toHaveLength(1);
    expect(await rowsOf('payment_outbox')).toEqual([]);
    expect(await canary.pulse()).toEqual({ canaryAgeMs: null, canaryBackAt: null, oldestPendingAgeMs: null });
    expect(await canary.send(0, 'in passing')).toBe(true);
    expect(await rowsOf('payment_outbox_canary')).toHaveLength(2);
  });

  it('come back once, and only those that were sent', async () => {
    const { outboxCanary: canary } = world.database;
    await canary.send(0, 'to be found');
    const [row] = await world.observer.query<{ id: bigint; topic: string }[]>('SELECT id, topic FROM payment_outbox');
    expect(row!.topic).toBe('commerce-payment.outbox-canary');
    expect(await canary.back([row!.id + 1n, 99_999n])).toEqual([]);
    const [took] = await canary.back([row!.id, 99_999n]);
    expect(took).toBeGreaterThan(0);
    expect(await canary.back([row!.id])).toEqual([]);
    // And nothing is left of it where events are.
    expect(await rowsOf('payment_outbox')).toEqual([]);
    const { canaryAgeMs, canaryBackAt } = await canary.pulse();
    expect(canaryAgeMs).toBeGreaterThan(0);
    expect(Math.abs(canaryBackAt!.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('say how old the newest is of those that came back, in whatever order they do', async () => {
    const { outboxCanary: canary } = world.database;
    await world.observer.query(
      `INSERT INTO payment_outbox_canary (outbox_id, sent_at)
       SELECT seq, NOW(6) - INTERVAL seq * 10 MINUTE FROM seq_1_to_3`,
    );
    await canary.back([2n]);
    await canary.back([3n]);
    expect(Math.round((await canary.pulse()).canaryAgeMs! / 60_000)).toBe(20);
    await insert('waiting', 'PENDING', 300);
    expect(Math.round((await canary.pulse()).oldestPendingAgeMs! / 60_000)).toBe(5);
  });

  it('are forgotten after an hour', async () => {
    await world.observer.query(
      `INSERT INTO payment_outbox_canary (outbox_id, sent_at)
       SELECT seq, NOW(6) - INTERVAL seq MINUTE FROM seq_50_to_70`,
    );
    await world.database.outboxCanary.send(0, 'in passing');
    expect(await rowsOf('payment_outbox_canary')).toHaveLength(11);
  });
});

async function somebodyWaitsFor(paymentId: string): Promise<void> {
  for (;;) {
    const [row] = await world.observer.query<{ waiting: bigint }[]>(
      `SELECT COUNT(*) AS waiting FROM information_schema.processlist
       WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE ?`,
      [`SELECT payment_id FROM payment WHERE payment_id IN%${paymentId}%`],
    );
    if (row?.waiting === 1n) return;
  }
}
