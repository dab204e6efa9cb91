import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Connection, createConnection } from 'mariadb';
import { approved, attempt, idempotency, outbox, payment, refund, transaction, unappliedCharge } from '../test/rows';
import { readPrismaSchema, type Table } from '../test/prisma-schema';
import { testServer } from '../test/test-server';
import { freshDatabase, type FreshDatabase } from './testing';

let address: FreshDatabase;
let connection: Connection;

beforeAll(async () => {
  address = await freshDatabase(testServer());
  connection = await createConnection(address);
});

afterAll(async () => {
  await connection.end();
  await address.drop();
});

describe('the migrated database', () => {
  it('has the tables, columns, types, indexes and foreign keys of the Prisma schema, and no others', async () => {
    expect(await migratedTables()).toEqual(readPrismaSchema());
  });

  it("has the specification's outbox, column by column", async () => {
    const { payment_outbox } = await migratedTables();
    expect(payment_outbox).toMatchObject({
      columns: {
        id: 'bigint(20)',
        aggregate_id: 'varchar(255)',
        aggregate_type: 'varchar(255)',
        event_type: 'varchar(255)',
        payload: 'text',
        topic: 'varchar(255)',
        partition_key: 'varchar(255)',
        status: 'varchar(50)',
        created_at: 'timestamp',
        // Ours, for the header of that name.
        trace_parent: 'varchar(55) null',
      },
      indexes: { PRIMARY: 'unique (id)', idx_payment_outbox_status: '(status, created_at)' },
    });
  });

  it('compares every text byte for byte and without padding', async () => {
    const rows = await connection.query<{ name: string }[]>(
      `SELECT CONCAT(table_name, '.', column_name, ' ', collation_name) AS name FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name <> '_prisma_migrations' AND collation_name IS NOT NULL
         AND collation_name NOT IN ('utf8mb4_nopad_bin', 'ascii_nopad_bin')`,
    );
    expect(rows).toEqual([]);
  });

  it('never changes by itself when an outbox row was created', async () => {
    const [row] = await connection.query<{ extra: string }[]>(
      `SELECT extra FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = 'payment_outbox' AND column_name = 'created_at'`,
    );
    expect(row?.extra).toBe('');
  });

  describe('refuses', () => {
    // It has never been on its way, and keeps no status.
    const { status: _status, ...outboxRow } = outbox;
    const violations: readonly (readonly [check: string, table: string, row: Row, spoiled: Row])[] = [
      ['ck_payment_order_id', 'payment', payment, { order_id: 0 }],
      ['ck_payment_user_id', 'payment', payment, { user_id: 0 }],
      ['ck_payment_amount', 'payment', payment, { amount: -1 }],
      ['ck_payment_amount', 'payment', payment, { amount: 2n ** 53n }],
      ['ck_payment_canceled_amount', 'payment', approved, { status: 'CANCELED', canceled_amount: 1001 }],
      ['ck_payment_status', 'payment', payment, { status: 'ready' }],
      ['ck_payment_approval', 'payment', payment, { approved_at: '2026-01-15 09:00:00', payment_key: 'key' }],
      ['ck_payment_approval', 'payment', approved, { approved_at: null }],
      ['ck_payment_payment_key', 'payment', approved, { payment_key: null }],
      ['ck_payment_refund', 'payment', approved, { canceled_amount: 1 }],
      ['ck_payment_refund', 'payment', approved, { status: 'CANCELED', canceled_amount: 999 }],
      ['ck_payment_refund', 'payment', approved, { status: 'PARTIALLY_CANCELED', canceled_amount: 1000 }],
      ['ck_payment_sequence', 'payment', payment, { sequence: 0 }],
      ['ck_payment_version', 'payment', payment, { version: 0 }],
      ['ck_payment_transaction_type', 'payment_transaction', transaction, { type: 'REFUND' }],
      ['ck_payment_transaction_status', 'payment_transaction', transaction, { status: 'OK' }],
      ['ck_payment_transaction_amount', 'payment_transaction', transaction, { amount: -1 }],
      ['ck_payment_idempotency_action', 'payment_idempotency', idempotency, { action: 'DELETE' }],
      ['ck_payment_idempotency_key', 'payment_idempotency', idempotency, { idempotency_key: '' }],
      ['ck_payment_attempt_action', 'payment_attempt', attempt, { action: 'CREATE' }],
      ['ck_payment_attempt_amount', 'payment_attempt', attempt, { amount: -1 }],
      ['ck_payment_attempt_status', 'payment_attempt', attempt, { status: 'LOST', due_at: null }],
      ['ck_payment_attempt_due_at', 'payment_attempt', attempt, { due_at: null }],
      ['ck_payment_attempt_due_at', 'payment_attempt', attempt, { status: 'DECLINED' }],
      ['ck_payment_attempt_leased_until', 'payment_attempt', attempt, { leased_until: '2026-01-15 09:00:01' }],
      ['ck_payment_attempt_fence', 'payment_attempt', attempt, { fence: -1 }],
      ['ck_payment_attempt_asks', 'payment_attempt', attempt, { asks: -1 }],
      ['ck_payment_attempt_send_key_slot', 'payment_attempt', attempt, { send_key_slot: 'third' }],
      ['ck_payment_unapplied_charge_amount', 'payment_unapplied_charge', unappliedCharge, { amount: 0 }],
      ['ck_payment_approval', 'payment', approved, { status: 'FAILED' }],
      ['ck_payment_refund', 'payment', payment, { status: 'CANCELED', canceled_amount: 1000 }],
      [
        'ck_payment_named_request_answer',
        'payment_named_request',
        { request_id: 'a', fingerprint: 'b' },
        { answer_status: 200 },
      ],
      ['ck_payment_refund_origin', 'payment_refund', refund, { origin: 'WHIM' }],
      ['ck_payment_refund_attempt_id', 'payment_refund', refund, { attempt_id: attempt.attempt_id }],
      ['ck_payment_refund_attempt_id', 'payment_refund', refund, { origin: 'UNAPPLIED_CHARGE' }],
      ['ck_payment_refund_amount', 'payment_refund', refund, { amount: 0 }],
      ['ck_payment_refund_status', 'payment_refund', refund, { status: 'LOST', due_at: null }],
      ['ck_payment_refund_due_at', 'payment_refund', refund, { due_at: null }],
      ['ck_payment_refund_due_at', 'payment_refund', refund, { status: 'REFUSED' }],
      ['ck_payment_refund_leased_until', 'payment_refund', refund, { leased_until: '2026-01-15 09:00:01' }],
      ['ck_payment_refund_remaining_before', 'payment_refund', refund, { remaining_before: 299 }],
      ['ck_payment_refund_refunded', 'payment_refund', refund, { pg_transaction_id: 't' }],
      ['ck_payment_refund_refunded', 'payment_refund', refund, { status: 'SUCCEEDED', due_at: null }],
      ['ck_payment_refund_send', 'payment_refund', refund, { send_key_slot: null }],
      ['ck_payment_refund_send_key_slot', 'payment_refund', refund, { send_key_slot: 'third' }],
      ['ck_payment_refund_counts', 'payment_refund', refund, { tries: -1 }],
      [
        'ck_payment_operator_action_reason',
        'payment_operator_action',
        { action: 'a', target: 't', operator: 'o', reason: 'r' },
        { reason: '' },
      ],
      [
        'ck_payment_outbox_set_aside_reason',
        'payment_outbox_set_aside',
        { ...outboxRow, id: 1, operator: 'o', reason: 'r' },
        { reason: '' },
      ],
      ['ck_payment_gateway_books_id', 'payment_gateway_books', { id: 1, read_until: '2026-01-15 09:00:00' }, { id: 2 }],
      ['ck_payment_outbox_relay_id', 'payment_outbox_relay', { id: 1 }, { id: 2 }],
      ['ck_payment_outbox_relay_mode', 'payment_outbox_relay', { id: 1 }, { mode: 'other' }],
      ['ck_payment_outbox_status', 'payment_outbox', outbox, { status: 'SENT' }],
      ['ck_payment_outbox_published_at', 'payment_outbox', outbox, { status: 'PUBLISHED' }],
    ];

    it.each(
      violations.map(([check, table, row, spoiled]) => ({
        check,
        table,
        spoiled: describeRow(spoiled),
        row: { ...row, ...spoiled },
      })),
    )('$check: $spoiled', async ({ check, table, row }) => {
      const columns = Object.keys(row);
      const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
      await expect(connection.query(insert, Object.values(row))).rejects.toThrow(`CONSTRAINT \`${check}\` failed`);
    });

    it('nothing by a check that is not tried here', async () => {
      const rows = await connection.query<{ name: string }[]>(
        `SELECT constraint_name AS name FROM information_schema.check_constraints
         WHERE constraint_schema = DATABASE() ORDER BY constraint_name`,
      );
      const tried = [...new Set(violations.map(([check]) => check))].sort();
      expect(rows.map(({ name }) => name)).toEqual(tried);
    });
  });
});

type Row = Readonly<Record<string, unknown>>;

function describeRow(row: Row): string {
  return Object.entries(row)
    .map(([column, value]) => `${column} ${String(value)}`)
    .join(', ');
}

async function migratedTables(): Promise<Record<string, Table>> {
  const tables: Record<
    string,
    { columns: Record<string, string>; indexes: Record<string, string>; foreignKeys: Record<string, string> }
  > = {};
  const table = (name: string) => (tables[name] ??= { columns: {}, indexes: {}, foreignKeys: {} });
  const query = (sql: string): Promise<Record<string, string>[]> => connection.query(sql);

  for (const row of await query(
    `SELECT table_name AS t, column_name AS c, column_type AS type, is_nullable AS nullable
     FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  )) {
    table(row['t']!).columns[row['c']!] = `${row['type']}${row['nullable'] === 'YES' ? ' null' : ''}`;
  }
  for (const row of await query(
    `SELECT table_name AS t, index_name AS i, non_unique AS other,
       GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ', ') AS columns
     FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY table_name, index_name, non_unique`,
  )) {
    table(row['t']!).indexes[row['i']!] = `${Number(row['other']) === 0 ? 'unique ' : ''}(${row['columns']})`;
  }
  for (const row of await query(
    `SELECT table_name AS t, constraint_name AS k, column_name AS c, referenced_table_name AS rt,
       referenced_column_name AS rc
     FROM information_schema.key_column_usage
     WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL`,
  )) {
    table(row['t']!).foreignKeys[row['k']!] = `(${row['c']}) -> ${row['rt']} (${row['rc']})`;
  }
  delete tables['_prisma_migrations'];
  return tables;
}
