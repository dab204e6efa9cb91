import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '@koosco/local-stack';
import { createDatabase, migrate } from '@koosco/payment-db';
import { type Connection, createConnection } from 'mariadb';

/**
 * What deleting old events costs those who write new ones: the time of an insert while old rows go at a relay's pace, and while they
 * go without a pause, beside the time of an insert without. A million rows out of five go, and the longest of the statements is as long as
 * one can hold a lock. Fails when a row went that is not published or not old enough, or an old one is left.
 */
const isQuick = process.argv.includes('--quick');
const ROWS = isQuick ? 500_000 : 5_000_000;
const OLD_ROWS = ROWS / 5;
const OLD_PENDING = 1_000;
const CHUNK = 100_000;
const DAY_MS = 24 * 60 * 60_000;
const KEPT_MS = 8 * DAY_MS;
/** As outbox-relay does it (`forgetting.ts`). */
const ROWS_PER_STATEMENT = 100;
const PAUSE_PER_MS = 100;
const INSERTS_PER_SECOND = 200;
const SECONDS = isQuick ? 4 : 15;
const TURNS = isQuick ? 3 : 4;

async function main(): Promise<void> {
  const stack = await startStack({ parts: ['mariadb'] });
  const closers: (() => Promise<unknown>)[] = [() => stack.stop()];
  try {
    await migrate(stack.mariadb);
    const { host, port, user, password, database: name } = stack.mariadb;
    const address = { host, port, user, password, database: name };
    const connection = await createConnection({ ...address, allowPublicKeyRetrieval: true });
    closers.push(() => connection.end());
    const database = createDatabase({ ...address, connectionLimit: 2 });
    closers.push(() => database.close());
    await fill(connection);

    // What a first statement loads is not what it holds.
    await database.outbox.forget(365 * DAY_MS, 1);
    const statementsMs: number[] = [];
    let deleted = 0;
    const sweep = async (pausePerMs: number, untilMs: number): Promise<void> => {
      for (let last = ROWS_PER_STATEMENT; last === ROWS_PER_STATEMENT && performance.now() < untilMs;) {
        const startedMs = performance.now();
        last = await database.outbox.forget(KEPT_MS, ROWS_PER_STATEMENT);
        const tookMs = performance.now() - startedMs;
        statementsMs.push(tookMs);
        deleted += last;
        await sleep(tookMs * pausePerMs);
      }
    };
    const [without, paced]: [number[], number[]] = [[], []];
    // By turns, so that a disk that becomes slower meanwhile does so for both.
    for (let turn = 0; turn < TURNS; turn++) {
      without.push(...(await insertsUntil(connection, sleep(SECONDS * 1_000))));
      paced.push(...(await insertsUntil(connection, sweep(PAUSE_PER_MS, performance.now() + SECONDS * 1_000))));
    }
    const pacedPerSecond = Math.round(deleted / (TURNS * SECONDS));
    const unpaced = await insertsUntil(connection, sweep(0, Infinity));

    await mustAgree(connection, deleted, without.length + paced.length + unpaced.length);
    print('inserts without', without);
    print(`inserts while ${pacedPerSecond} rows a second go`, paced);
    print('inserts while rows go without a pause', unpaced);
    print(`${statementsMs.length} statements`, statementsMs);
    const longestStatementMs = Number(Math.max(...statementsMs).toFixed(1));
    const ratioOf = (values: readonly number[]) =>
      Number((quantile(values, 0.99) / quantile(without, 0.99)).toFixed(3));
    const ratio = { insert_p99_paced_to_without: ratioOf(paced), insert_p99_unpaced_to_without: ratioOf(unpaced) };
    console.log(JSON.stringify({ bench: 'retention', ratio, pacedPerSecond, longestStatementMs, rows: ROWS, deleted }));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** The oldest first, as they came. */
async function fill(connection: Connection): Promise<void> {
  for (let from = 1; from <= ROWS; from += CHUNK) {
    const isOld = from <= OLD_ROWS;
    await connection.query(
      `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status, created_at, published_at)
       SELECT CONCAT('p', seq), 'Payment', 'payment.completed', REPEAT('x', 200), 'filler', CONCAT('p', seq), 'PUBLISHED',
         NOW() - INTERVAL ? DAY, NOW() - INTERVAL ? DAY FROM seq_${from}_to_${from + CHUNK - 1}`,
      [isOld ? 30 : 1, isOld ? 30 : 1],
    );
  }
  await connection.query(
    `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status, created_at)
     SELECT CONCAT('w', seq), 'Payment', 'payment.completed', '{}', 'filler', CONCAT('w', seq), 'PENDING', NOW() - INTERVAL 30 DAY
     FROM seq_1_to_${OLD_PENDING}`,
  );
}

/** At a steady pace, one after the other, until it is over. @returns how long each took, in milliseconds. */
async function insertsUntil(connection: Connection, over: Promise<unknown>): Promise<number[]> {
  const state = { isOver: false };
  const ended = over.finally(() => (state.isOver = true));
  const tookMs: number[] = [];
  const startedMs = performance.now();
  for (let sent = 1; !state.isOver; sent += 1) {
    const insertedMs = performance.now();
    await connection.query(
      `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status)
       VALUES ('new', 'Payment', 'payment.completed', ?, 'filler', 'new', 'PENDING')`,
      ['x'.repeat(600)],
    );
    tookMs.push(performance.now() - insertedMs);
    await sleep(Math.max(0, startedMs + (sent * 1_000) / INSERTS_PER_SECOND - performance.now()));
  }
  await ended;
  return tookMs;
}

/** @throws unless exactly the old rows that are published went. */
async function mustAgree(connection: Connection, deleted: number, inserted: number): Promise<void> {
  const [row] = await connection.query<Record<string, bigint | string | null>[]>(
    `SELECT COUNT(*) AS total, SUM(status = 'PENDING') AS pending,
       SUM(status = 'PUBLISHED' AND published_at < NOW() - INTERVAL 20 DAY) AS old FROM payment_outbox`,
  );
  const found = {
    total: Number(row?.['total']),
    pending: Number(row?.['pending']),
    old: Number(row?.['old']),
    deleted,
  };
  const expected = {
    total: ROWS - OLD_ROWS + OLD_PENDING + inserted,
    pending: OLD_PENDING + inserted,
    old: 0,
    deleted: OLD_ROWS,
  };
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN;

function print(what: string, values: readonly number[]): void {
  const at = (share: number) => quantile(values, share).toFixed(1);
  console.log(`${what}: p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms of ${values.length}`);
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
