import { beforeEach, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mariadb';
import { newPayment } from '../../test/examples';
import { observedDatabase } from '../../test/observed-database';
import { readOutboxState } from './read-outbox-state';

const world = observedDatabase(2);

beforeEach(async () => {
  for (const table of ['payment_outbox', 'payment_outbox_set_aside', 'payment_outbox_canary']) {
    await world.observer.query(`TRUNCATE TABLE ${table}`);
  }
  await world.observer.query('DELETE FROM payment_outbox_relay');
  await world.observer.query('INSERT INTO payment_outbox_relay (id) VALUES (1)');
});

/** Inserted an hour ago unless told. */
async function insert(paymentId: string, topic = 't', status = 'PUBLISHED', minutesAgo = 60): Promise<bigint> {
  const [row] = await world.observer.query<{ id: bigint }[]>(
    `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status, created_at, published_at,
       trace_parent)
     VALUES (?, 'Payment', 'test', CONCAT('{"n":', RAND(), '}'), ?, ?, ?, NOW() - INTERVAL ? MINUTE, IF(? = 'PUBLISHED', NOW(), NULL),
       CONCAT('00-', MD5(RAND()), '-', LEFT(MD5(RAND()), 16), '-01'))
     RETURNING id`,
    [paymentId, topic, paymentId, status, minutesAgo, status],
  );
  return row!.id;
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const CONTENTS =
  'id, aggregate_id, aggregate_type, event_type, payload, topic, partition_key, trace_parent, created_at';
const contents = (table = 'payment_outbox') =>
  world.observer.query<object[]>(`SELECT ${CONTENTS} FROM ${table} ORDER BY id`);
const pendingIds = async () =>
  (
    await world.observer.query<{ id: bigint }[]>("SELECT id FROM payment_outbox WHERE status = 'PENDING' ORDER BY id")
  ).map(({ id }) => id);

describe('a repair', () => {
  it('sends what was published in a period for a topic, and what came behind it of the same payments, as it was', async () => {
    await insert('early', 't', 'PUBLISHED', 200);
    const another = await insert('another', 't', 'PUBLISHED', 110);
    await insert('chosen', 't', 'PUBLISHED', 200);
    const [first, ofOtherTopic, behind] = [
      await insert('chosen', 't', 'PUBLISHED', 100),
      await insert('chosen', 'other', 'PUBLISHED', 100),
      await insert('chosen', 't', 'PUBLISHED', 1),
    ];
    await insert('elsewhere', 'other', 'PUBLISHED', 100);
    await insert('late', 't', 'PUBLISHED', 10);
    const rows = await contents();
    const { outboxRepair: repair } = world.database;

    const plan = (await repair.plan({ kind: 'period', from: minutesAgo(120), to: minutesAgo(60), topic: 't' }))!;
    expect(plan).toMatchObject({ chosen: 2, rows: 4, tableRows: 8 });
    expect(await pendingIds()).toEqual([]);
    // Whatever the payment has had since comes along.
    const since = await insert('chosen', 't', 'PUBLISHED', 0);
    expect(await repair.sendAgain(plan)).toBe(5);
    expect(await pendingIds()).toEqual([another, first, ofOtherTopic, behind, since]);
    expect((await contents()).slice(0, rows.length)).toEqual(rows);
  });

  it('sends a row or a payment, and knows which are not there', async () => {
    const payment = newPayment();
    const { paymentId } = payment.state;
    await world.database.unitOfWork.run(async (tx) => {
      await tx.payments.insertNew([payment]);
    });
    await insert(paymentId, 't', 'PUBLISHED', 999);
    await world.observer.query('UPDATE payment SET created_at = NOW(3) - INTERVAL 60 MINUTE WHERE payment_id = ?', [
      paymentId,
    ]);
    const rows = [await insert(paymentId), await insert(paymentId), await insert(paymentId, 't', 'PENDING')];
    await insert('other');
    const { outboxRepair: repair } = world.database;
    expect(await repair.plan({ kind: 'row', id: 99n })).toBeNull();
    expect(await repair.plan({ kind: 'payment', paymentId: newPayment().state.paymentId })).toBeNull();
    // No event of a payment is older than it.
    const whole = (await repair.plan({ kind: 'payment', paymentId }))!;
    expect([...whole.payments]).toEqual([[paymentId, rows]]);
    const plan = (await repair.plan({ kind: 'row', id: rows[1]! }))!;
    expect(await repair.sendAgain(plan)).toBe(2);
    expect(await pendingIds()).toEqual(rows.slice(1));
  });

  it('is no reason for a relay to send the same rows once more before it could know whether they come', async () => {
    const payment = newPayment();
    const { paymentId } = payment.state;
    await world.database.unitOfWork.run(async (tx) => {
      await tx.payments.insertNew([payment]);
    });
    const id = await insert(paymentId);
    const { outboxRepair: repair, outboxRecovery: recovery } = world.database;
    await world.observer.query('UPDATE payment_outbox_relay SET canary_back_at = NOW(6) - INTERVAL 1 SECOND');
    const plan = (await repair.plan({ kind: 'row', id }))!;
    const noted = async () => {
      const [row] = await world.observer.query<{ at: string | null }[]>(
        'SELECT CAST(sent_again_at AS CHAR) AS at FROM payment_outbox_relay',
      );
      return row?.at ?? '';
    };
    const holder = await createConnection(world.address);
    await holder.query('START TRANSACTION');
    await holder.query('SELECT id FROM payment WHERE payment_id = ? FOR UPDATE', [paymentId]);
    const sending = repair.sendAgain(plan);
    let before = '';
    while (before === '') before = await noted();
    expect(await pendingIds()).toEqual([]);
    await holder.query('ROLLBACK');
    await holder.end();
    expect(await sending).toBe(1);
    // A canary from before it was sent proves nothing of it.
    expect((await noted()) > before).toBe(true);
    expect(await recovery.sendAgain(6_000)).toBeNull();
  });

  it('goes in pieces of not too many payments nor rows, and through all pages of the table', async () => {
    const insertMany = (beginning: string, payments: number, rows: number) =>
      world.observer.query(
        `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status, created_at, published_at)
         SELECT CONCAT('${beginning}', seq MOD ${payments}), 'Payment', 'test', '{}', 't', 'k', 'PUBLISHED', NOW() - INTERVAL 1 HOUR, NOW()
         FROM seq_1_to_${rows}`,
      );
    await insertMany('few ', 6_000, 12_000);
    await insertMany('many ', 100, 10_000);
    const { outboxRepair: repair } = world.database;
    const plan = (await repair.plan({ kind: 'period', from: minutesAgo(120), to: minutesAgo(0), topic: undefined }))!;
    expect(plan).toMatchObject({ chosen: 22_000, rows: 22_000, tableRows: 22_000 });
    const steps: number[] = [];
    expect(await repair.sendAgain(plan, (rows) => void steps.push(rows))).toBe(22_000);
    const sizes = steps.map((rows, index) => rows - (steps[index - 1] ?? 0));
    expect(sizes).toEqual([...Array<number>(30).fill(400), ...Array<number>(10).fill(1_000)]);
    expect(await pendingIds()).toHaveLength(22_000);
  });
});

describe('a row that no topic takes', () => {
  it('is set aside as it was, with who and why, and put back before what came behind it', async () => {
    const [bad, behind] = [await insert('p', 'no topic', 'PENDING'), await insert('p')];
    const published = await insert('q');
    const rows = await contents();
    const { outboxRepair: repair } = world.database;
    const by = { operator: 'kim', reason: 'its topic has an illegal name' };

    expect(await repair.setAside(published, by)).toBe(false);
    expect(await repair.setAside(99n, by)).toBe(false);
    expect(await repair.whereIs(bad)).toMatchObject({ place: 'PENDING', topic: 'no topic' });
    expect(await repair.setAside(bad, by)).toBe(true);
    expect(await repair.setAside(bad, by)).toBe(false);
    expect(await contents('payment_outbox_set_aside')).toEqual(rows.slice(0, 1));
    expect(await contents()).toEqual(rows.slice(1));
    expect(await repair.whereIs(bad)).toMatchObject({ place: 'SET_ASIDE', paymentId: 'p' });
    expect((await readOutboxState(world.address)).setAside).toMatchObject([{ id: bad, ...by }]);

    expect(await repair.putBack(bad)).toBe(2);
    expect(await repair.putBack(bad)).toBe(0);
    expect(await contents()).toEqual(rows);
    expect(await pendingIds()).toEqual([bad, behind]);
    expect(await repair.whereIs(99n)).toBeNull();
  });
});

describe('the state of the outbox', () => {
  it('tells what waits and how long canaries took in the last hour', async () => {
    const nothing = await readOutboxState(world.address);
    expect(nothing).toMatchObject({ mode: null, pending: { count: 0, oldestAgeMs: null }, oldest: [], setAside: [] });
    expect(nothing.canary).toEqual({ ageMs: null, sent: 0, back: 0, p50Ms: null, p99Ms: null, maxMs: null });
    for (let index = 0; index < 6; index++) await insert('p', 't', 'PENDING', 10 - index);
    await world.observer.query(
      `INSERT INTO payment_outbox_canary (outbox_id, sent_at, back_at)
       SELECT seq, at.sent, at.sent + INTERVAL seq * 1000 MICROSECOND
       FROM seq_1_to_100, (SELECT NOW(6) - INTERVAL 10 MINUTE AS sent) AS at`,
    );
    await world.observer.query(
      'INSERT INTO payment_outbox_canary VALUES (200, NOW(6) - INTERVAL 1 MINUTE, NULL), (201, NOW(6) - INTERVAL 2 HOUR, NOW(6))',
    );
    await world.observer.query(
      "UPDATE payment_outbox_relay SET canary_back_at = NOW(6) - INTERVAL 5 MINUTE, mode = 'debezium'",
    );
    const state = await readOutboxState(world.address);
    expect(state.mode).toBe('debezium');
    expect(state.pending.count).toBe(6);
    expect(Math.round(state.pending.oldestAgeMs! / 60_000)).toBe(10);
    expect(state.oldest.map(({ id }) => id)).toEqual([1n, 2n, 3n, 4n, 5n]);
    const { ageMs, ...rest } = state.canary;
    expect(Math.round(ageMs! / 60_000)).toBe(5);
    expect(rest).toEqual({ sent: 101, back: 100, p50Ms: 50, p99Ms: 99, maxMs: 100 });
  });
});
