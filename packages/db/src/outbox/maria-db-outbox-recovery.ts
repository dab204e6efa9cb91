import { Prisma } from '../generated/prisma/client';
import { type ColumnMapping, selectList } from '../transaction/column-mapping';
import { insertAll } from '../transaction/insert/insert-all';
import { type SqlTransactions } from '../transaction/sql-transactions';
import { type TransactionSql } from '../transaction/transaction-sql';
import { type OutboxRecovery, type SentAgain } from './outbox-recovery';
import { outboxColumns, type PaymentOutboxEntry } from './payment-outbox-entry';

/** Of one decision; should more be lost, the next one takes the rest. */
const LOST_MAX = 100_000;
/** A transaction holds the locks of so many payments for some ten milliseconds. */
export const PAYMENTS_AT_ONCE = 200;
const BEGIN_ANEW_SECONDS = 30;
const PATIENCE_SECONDS_MAX = 600;
/** 2^10 of any patience is more than the most of it. */
const DOUBLINGS_MAX = 10;

export class MariaDbOutboxRecovery implements OutboxRecovery {
  constructor(private readonly transactions: SqlTransactions) {}

  async sendAgain(olderThanMs: number): Promise<SentAgain | null> {
    const lost = await this.#lost(olderThanMs);
    const [first] = lost;
    if (first === undefined || !(await this.#isTime(first.id, olderThanMs))) return null;
    const firstOf = new Map<string, bigint>();
    for (const { id, aggregateId } of lost) if (!firstOf.has(aggregateId)) firstOf.set(aggregateId, id);
    const payments = [...firstOf];
    let sent = 0;
    for (let from = 0; from < payments.length; from += PAYMENTS_AT_ONCE) {
      const some = new Map(payments.slice(from, from + PAYMENTS_AT_ONCE));
      sent += await this.transactions.run((sql) => insertAgain(sql, some));
    }
    // A canary that says that all of it has arrived was committed after it.
    await this.transactions.run(noteSentAgain);
    return { lost: lost.length, behind: Math.max(0, sent - lost.length), fromId: first.id };
  }

  mayBeginAnew(): Promise<boolean> {
    return this.transactions.run(async (sql) => {
      const [row] = await sql.read<{ may: number }>(Prisma.sql`
        SELECT COALESCE(begun_anew_at <= NOW(6) - INTERVAL
          IF(canary_back_at > begun_anew_at, ${BEGIN_ANEW_SECONDS}, LEAST(${PATIENCE_SECONDS_MAX},
            ${BEGIN_ANEW_SECONDS} * POW(2, LEAST(begun_anew_times, ${DOUBLINGS_MAX})))) SECOND, TRUE) AS may
        FROM payment_outbox_relay WHERE id = 1`);
      return row?.may === 1;
    });
  }

  async hasBegunAnew(): Promise<void> {
    // In this order: MariaDB assigns from left to right, and what it has assigned is what it then reads.
    await this.transactions.run((sql) =>
      sql.write(Prisma.sql`
        UPDATE payment_outbox_relay
        SET begun_anew_times = IF(begun_anew_at IS NULL OR COALESCE(canary_back_at > begun_anew_at, FALSE), 0,
          begun_anew_times + 1), begun_anew_at = NOW(6)
        WHERE id = 1`),
    );
  }

  /** In the order of their ids. */
  async #lost(olderThanMs: number): Promise<readonly { readonly id: bigint; readonly aggregateId: string }[]> {
    const rows = await this.transactions.run((sql) =>
      sql.read<{ id: bigint; aggregateId: string }>(Prisma.sql`
        SELECT id, aggregate_id AS aggregateId FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)
        WHERE status = 'PENDING' AND created_at < NOW(6) - INTERVAL ${olderThanMs * 1_000} MICROSECOND
        ORDER BY created_at LIMIT ${LOST_MAX}`),
    );
    return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Notes that it is done from this row on, and durably so, before it is. */
  async #isTime(fromId: bigint, olderThanMs: number): Promise<boolean> {
    const seconds = Math.ceil(olderThanMs / 1_000);
    const changed = await this.transactions.run((sql) =>
      sql.write(Prisma.sql`
        UPDATE payment_outbox_relay
        SET sent_again_times = IF(sent_again_from = ${fromId}, sent_again_times + 1, 0), sent_again_from = ${fromId},
          sent_again_at = NOW(6)
        WHERE id = 1 AND (sent_again_at IS NULL OR sent_again_at <= NOW(6) - INTERVAL LEAST(${PATIENCE_SECONDS_MAX}, ${seconds} *
          IF(sent_again_from = ${fromId}, POW(2, LEAST(sent_again_times + 1, ${DOUBLINGS_MAX})), 1)) SECOND
          AND COALESCE(canary_back_at > sent_again_at, FALSE))`),
    );
    return changed > 0;
  }
}

/** From now on nothing is sent again until a canary has come back that was committed after this. */
export function noteSentAgain(sql: TransactionSql): Promise<unknown> {
  return sql.write(Prisma.sql`UPDATE payment_outbox_relay SET sent_again_at = NOW(6) WHERE id = 1`);
}

/**
 * Deletes rows and inserts them again as they were, PENDING, in the order of their ids and under the locks of their payments, so
 * that whoever publishes finds each payment's events once more and in their order.
 * @param firstOf the id of the first row to send again, of each payment.
 * @param known where all their rows up to `to` are known already: `ids`. The table has no index by payment, and would be read from
 * the first of them to its end.
 * @returns how many rows.
 */
export async function insertAgain(
  sql: TransactionSql,
  firstOf: ReadonlyMap<string, bigint>,
  known?: { readonly ids: readonly bigint[]; readonly to: bigint },
): Promise<number> {
  const paymentIds = Prisma.join([...firstOf.keys()]);
  const start = [...firstOf.values()].reduce((least, id) => (id < least ? id : least));
  const meant =
    known === undefined || known.ids.length === 0
      ? Prisma.sql`id >= ${start}`
      : Prisma.sql`(id IN (${Prisma.join(known.ids)}) OR id > ${known.to})`;
  // Nobody adds an event of these payments meanwhile, and whoever was about to has done so before the next read.
  await sql.read(Prisma.sql`
    SELECT payment_id FROM payment WHERE payment_id IN (${paymentIds}) ORDER BY payment_id FOR UPDATE`);
  const later = await sql.read<StoredRow>(Prisma.sql`
    SELECT ${selectList(storedColumns)} FROM payment_outbox FORCE INDEX (PRIMARY)
    WHERE ${meant} AND aggregate_id IN (${paymentIds}) AND status IN ('PENDING', 'PUBLISHED') ORDER BY id`);
  const rows = later.filter(({ id, aggregateId }) => id >= (firstOf.get(aggregateId) ?? id + 1n));
  if (rows.length === 0) return 0;
  await sql.write(Prisma.sql`DELETE FROM payment_outbox WHERE id IN (${Prisma.join(rows.map(({ id }) => id))})`);
  await insertAll(
    sql,
    { table: 'payment_outbox', columns: storedColumns },
    rows.map((row) => ({ ...row, status: 'PENDING' as const })),
  );
  return rows.length;
}

/** A row as it is inserted again. */
type StoredRow = PaymentOutboxEntry & { readonly id: bigint; readonly createdAt: Date };

const storedColumns: ColumnMapping<StoredRow> = { id: 'id', ...outboxColumns, createdAt: 'created_at' };
