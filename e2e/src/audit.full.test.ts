import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topics } from '@koosco/payment-contracts';
import { SandboxControl } from '@koosco/toss-sandbox';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mariadb';
import { type AlteredToss, alteredToss, type BookRow } from '../test/altered-toss';
import { payctl } from '../test/payctl';
import { demoKafka } from './demo/broker';
import { runDemo } from './demo/run-demo';
import { type PaymentSystem, startPaymentSystem } from './system/payment-system';

const ORDERS = Number(process.env['AUDIT_ORDERS'] ?? 300);

let system: PaymentSystem;
let books: Connection;
let toss: AlteredToss;
const whole = (rows: readonly BookRow[]) => rows;

beforeAll(async () => {
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-audit-')),
    removeAtEnd: true,
    onProgress: () => undefined,
  });
  await new SandboxControl(system.sandboxUrl).setSwitches({ transactionsVisible: 'at-once' });
  const report = await runDemo(system, {
    orders: ORDERS,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(report.disagreements).toEqual([]);
  const { mariadb } = system.infrastructure;
  books = await createConnection({
    ...mariadb,
    ...mariadb.root,
    multipleStatements: true,
    allowPublicKeyRetrieval: true,
  });
  // Whoever tampers does not ask.
  await books.query('SET SESSION check_constraint_checks = 0, foreign_key_checks = 0');
  toss = await alteredToss(system.sandboxUrl);
}, 240_000);

afterAll(async () => {
  await toss.close();
  await books.end();
  await system.stop();
});

interface Audited {
  readonly counts: Record<string, unknown>;
  readonly unexplainedKrw: string;
  readonly findings: readonly { readonly kind: string; readonly orderId: string | null; readonly text: string }[];
}

async function audit(...args: string[]): Promise<Audited & { readonly code: number | null }> {
  const { code, stdout, stderr } = await payctl(system, ['audit', '--from', '1h', '--to', '0s', '--json', ...args], {
    TOSS_BASE_URL: toss.url,
  });
  expect(stderr).toBe('');
  return { ...(JSON.parse(stdout) as Audited), code };
}

interface Paid {
  readonly orderId: bigint;
  readonly paymentId: string;
  readonly transaction: string;
  readonly amount: bigint;
}

/** Orders that were paid and never given back, the first ones first. */
const paid = (count: number) =>
  books.query<Paid[]>(
    `SELECT order_id AS orderId, payment_id AS paymentId, pg_transaction_id AS transaction, amount FROM payment
     WHERE status = 'APPROVED' AND amount > 0 AND order_id < 9007199254740991 ORDER BY id LIMIT ?`,
    [count],
  );

/** Rows as they are, to be put back. */
async function restoring(tables: readonly string[]): Promise<() => Promise<void>> {
  for (const table of tables) await books.query(`CREATE OR REPLACE TABLE audit_${table} AS SELECT * FROM ${table}`);
  const columnsOf = async (table: string) => {
    const rows = await books.query<{ name: string }[]>(
      `SELECT column_name AS name FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = ? AND generation_expression IS NULL`,
      [table],
    );
    return rows.map(({ name }) => name).join(', ');
  };
  return async () => {
    for (const table of tables) {
      const columns = await columnsOf(table);
      await books.query(
        `DELETE FROM ${table}; INSERT INTO ${table} (${columns}) SELECT ${columns} FROM audit_${table}; DROP TABLE audit_${table}`,
      );
    }
  };
}

it(`finds nothing unexplained after ${ORDERS} orders of every story`, async () => {
  const { code, counts, unexplainedKrw, findings } = await audit();
  console.log(JSON.stringify(counts));
  expect({ code, unexplainedKrw, findings }).toEqual({ code: 0, unexplainedKrw: '0', findings: [] });
  const [stored] = await books.query<{ payments: bigint; events: bigint }[]>(
    'SELECT (SELECT COUNT(*) FROM payment) AS payments, (SELECT COUNT(*) FROM payment_outbox) AS events',
  );
  expect(counts).toMatchObject({ payments: Number(stored!.payments), events: Number(stored!.events) });
  expect(Number(counts['records'])).toBeGreaterThanOrEqual(Number(stored!.events));
}, 60_000);

describe('names what was tampered with, and nothing else', () => {
  const inDatabase: readonly (readonly [what: string, sql: (order: Paid, other: Paid) => string, finding: RegExp])[] = [
    [
      'the amount of a payment',
      ({ paymentId }) => `UPDATE payment SET amount = amount + 1000 WHERE payment_id = '${paymentId}'`,
      /^the payment is over .* KRW, its approval over/,
    ],
    [
      'a transaction that was deleted',
      ({ paymentId }) => `DELETE FROM payment_transaction WHERE payment_id = '${paymentId}'`,
      /^the gateway took .* of which no record of the payment knows|^the payment is over .* its approval over 0 KRW/,
    ],
    [
      'the amount of a transaction',
      ({ paymentId }) => `UPDATE payment_transaction SET amount = amount - 1 WHERE payment_id = '${paymentId}'`,
      /and our record of it says|its approval over/,
    ],
    [
      'an event that was deleted before anybody saw it',
      ({ paymentId }) =>
        `DELETE FROM payment_outbox WHERE aggregate_id = '${paymentId}' AND event_type = 'payment.completed'`,
      /^change 2 \(APPROVED\) has no event in the outbox|says to be outbox \d+, which the outbox does not have/,
    ],
    [
      'an event written twice, with another id',
      ({ paymentId }) =>
        `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status,
           created_at, published_at)
         SELECT aggregate_id, aggregate_type, event_type, payload, topic, partition_key, 'PUBLISHED', created_at, published_at
         FROM payment_outbox WHERE aggregate_id = '${paymentId}' AND event_type = 'payment.completed'`,
      /^change 2 \(APPROVED\) has 2 events|is not on .*, though it is marked PUBLISHED/,
    ],
    [
      'what an event says',
      ({ paymentId }) =>
        `UPDATE payment_outbox SET payload = JSON_SET(payload, '$.data.paidAmount', 1)
         WHERE aggregate_id = '${paymentId}' AND event_type = 'payment.completed'`,
      /and is not what that row says|is not on .*, though it is marked PUBLISHED/,
    ],
    [
      'a payment marked approved without a charge',
      () =>
        `UPDATE payment SET status = 'APPROVED', approved_at = NOW(3), payment_key = 'none' WHERE status = 'READY' LIMIT 1;
         UPDATE payment SET status = 'APPROVED', approved_at = NOW(3), payment_key = 'none' WHERE status = 'FAILED' LIMIT 1`,
      /^the payment is over .* its approval over 0 KRW|^the history ends/,
    ],
    [
      'two payments whose keys were swapped',
      (one, other) =>
        `UPDATE payment AS a JOIN payment AS b ON b.payment_id = '${other.paymentId}' JOIN payment_attempt AS x
           ON x.payment_id = a.payment_id AND x.payment_key = a.payment_key
         SET a.payment_key = CONCAT('swapped', b.payment_key), b.payment_key = x.payment_key
         WHERE a.payment_id = '${one.paymentId}'`,
      /^the payment was charged under another payment key than it names/,
    ],
    [
      'a change taken out of the history',
      ({ paymentId }) => `DELETE FROM payment_history WHERE payment_id = '${paymentId}' AND sequence = 2`,
      /^the history ends READY|tells of a change that the history does not have/,
    ],
    [
      'a refund that was never made',
      ({ paymentId, amount }) =>
        `UPDATE payment SET canceled_amount = amount, status = 'CANCELED' WHERE payment_id = '${paymentId}';
         INSERT INTO payment_transaction (payment_id, type, status, pg_transaction_id, amount, occurred_at, created_at)
         VALUES ('${paymentId}', 'CANCEL', 'SUCCESS', 'never-made', ${amount}, NOW(3), NOW(3))`,
      /^our records say that .* went back, the gateway does not|^the history ends APPROVED/,
    ],
    [
      'a payment that was deleted',
      ({ paymentId }) =>
        ['payment_transaction', 'payment_history', 'payment_attempt', 'payment']
          .map((table) => `DELETE FROM ${table} WHERE payment_id = '${paymentId}'`)
          .join('; '),
      /for an order without a payment|tells of payment .*, which is not there/,
    ],
  ];

  it.each(inDatabase)(
    '%s',
    async (what, sql, finding) => {
      const [one, other] = (await paid(2)) as [Paid, Paid];
      const tables = ['payment', 'payment_transaction', 'payment_attempt', 'payment_history', 'payment_outbox'];
      const restore = await restoring(tables);
      try {
        await books.query(sql(one, other));
        const { code, findings } = await audit();
        expect({ what, code, some: findings.length > 0 }).toEqual({ what, code: 1, some: true });
        for (const { kind, text } of findings)
          expect({ kind, text }).toEqual({ kind: 'unexplained', text: expect.stringMatching(finding) });
        const named = new Set(findings.flatMap(({ orderId }) => (orderId === null ? [] : [orderId])));
        expect(named.size).toBeLessThanOrEqual(2);
      } finally {
        await restore();
      }
      expect(await audit('--without-topics')).toMatchObject({ code: 0, findings: [] });
    },
    60_000,
  );

  const atToss: readonly (readonly [
    what: string,
    alter: (order: Paid) => typeof whole,
    finding: RegExp,
    krw: string | null,
  ])[] = [
    [
      'a charge that only Toss knows',
      ({ transaction }) =>
        (rows) =>
          rows.flatMap((row) =>
            row.transactionKey === transaction ? [row, { ...row, transactionKey: 'untold', amount: 777 }] : [row],
          ),
      /^the gateway took 777 KRW of which no record of the payment knows/,
      '777',
    ],
    [
      'a charge of an order that nobody placed',
      ({ transaction }) =>
        (rows) =>
          rows.flatMap((row) =>
            row.transactionKey === transaction
              ? [row, { ...row, transactionKey: 'untold', orderId: 'ord-0000000000888888888', amount: 777 }]
              : [row],
          ),
      /^the gateway moved 777 KRW \(charge\) for an order without a payment/,
      '777',
    ],
    [
      'a charge that Toss does not have',
      ({ transaction }) =>
        (rows) =>
          rows.filter((row) => row.transactionKey !== transaction),
      /^our records say that .* were charged, the gateway does not/,
      null,
    ],
    [
      'another amount at Toss',
      ({ transaction }) =>
        (rows) =>
          rows.map((row) => (row.transactionKey === transaction ? { ...row, amount: row.amount + 5 } : row)),
      /^the gateway took .*, and our record of it says/,
      '5',
    ],
    [
      'a refund that Toss does not have',
      () => (rows) => {
        const refund = rows.find(({ status }) => status === 'CANCELED');
        return rows.filter((row) => row !== refund);
      },
      /^our records say that .* went back, the gateway does not/,
      null,
    ],
  ];

  it.each(atToss)(
    '%s',
    async (_what, alter, finding, krw) => {
      const [one] = await paid(1);
      toss.alter(alter(one!));
      const { code, findings, unexplainedKrw } = await audit('--without-topics');
      toss.alter(whole);
      expect({ code, findings }).toEqual({
        code: 1,
        findings: [expect.objectContaining({ kind: 'unexplained', text: expect.stringMatching(finding) })],
      });
      if (krw !== null) expect(unexplainedKrw).toBe(krw);
    },
    60_000,
  );

  it('a record on a topic that is from nowhere, and one that says to be another', async () => {
    const producer = demoKafka(system.infrastructure.kafka.bootstrapServers).producer({
      allowAutoTopicCreation: false,
    });
    await producer.connect();
    const [row] = await books.query<{ id: bigint }[]>('SELECT MAX(id) AS id FROM payment_outbox');
    await producer.send({
      topic: topics['payment.completed'],
      messages: [
        { key: 'k', value: '{}' },
        { key: 'k', value: '{}', headers: { id: String(row!.id) } },
      ],
    });
    await producer.disconnect();
    const { code, findings } = await audit();
    expect(code).toBe(1);
    expect(findings.map(({ text }) => text)).toEqual([
      expect.stringContaining('names no row of the outbox'),
      expect.stringContaining(`says to be outbox ${row!.id}, and is not what that row says`),
    ]);
  }, 60_000);
});

describe('with a source that is away', () => {
  const args = ['audit', '--from', '1h', '--to', '0s'];

  it.each([
    ['the database', { DB_PORT: '1' }, /^payctl: the database could not be read: \S+\nGo on with --from /],
    [
      'Toss',
      { TOSS_BASE_URL: 'http://127.0.0.1:1' },
      /^payctl: the gateway's books could not be read from .*: transactions not-sent ECONNREFUSED\nGo on/,
    ],
    [
      'Kafka',
      { SPRING_KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:1' },
      /^payctl: the topics could not be read: .*\nLeave them out with --without-topics/,
    ],
  ])(
    'says so of %s, and what could be read',
    async (_what, env, complaint) => {
      const { code, stdout, stderr } = await payctl(system, args, env);
      expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(complaint) });
      expect(stdout).toMatch(/^from \S+ to \S+: \d+ payments/);
    },
    60_000,
  );

  it.each([
    [['audit', '--from', 'yesterday'], /^payctl: --from is an instant/],
    [['audit', '--from', '1h', '--to', '2h'], /must be before --to/],
    [['audit', '1001'], /^payctl: what is '1001' for\?/],
    [['audit', '--form', '1h'], /^payctl: Unknown option '--form'/],
    [['audti'], /^payctl: there is no command 'audti'/],
    [[], /^payctl: what is it to do\?/],
  ])('%j is not understood', async (wrong, complaint) => {
    const { code, stdout, stderr } = await payctl(system, wrong);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(complaint) });
  });
});
