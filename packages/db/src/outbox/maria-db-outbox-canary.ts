import { type Pool } from 'mariadb';
import { Prisma } from '../generated/prisma/client';
import { type SqlTransactions } from '../transaction/sql-transactions';
import { OUTBOX_CANARY_TOPIC, type OutboxCanary, type OutboxPulse } from './outbox-canary';

/** Long enough to say how the last hour was. */
const KEPT_SECONDS = 3_600;
/** Of one sending; what is left goes with the next. */
const FORGOTTEN_AT_ONCE = 100;

export class MariaDbOutboxCanary implements OutboxCanary {
  constructor(
    private readonly transactions: SqlTransactions,
    private readonly reads: Pick<Pool, 'query'>,
  ) {}

  send(intervalMs: number, how: 'in passing' | 'to be found'): Promise<boolean> {
    return this.transactions.run(async (sql) => {
      const isOurTurn = await sql.write(Prisma.sql`
        UPDATE payment_outbox_relay SET canary_sent_at = NOW(6)
        WHERE id = 1 AND COALESCE(canary_sent_at <= NOW(6) - INTERVAL ${intervalMs * 1_000} MICROSECOND, TRUE)`);
      if (isOurTurn === 0) return false;
      const [row] = await sql.read<{ id: bigint }>(Prisma.sql`
        INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status)
        VALUES ('canary', 'Canary', 'outbox.canary', '{}', ${OUTBOX_CANARY_TOPIC}, 'canary', 'PENDING') RETURNING id`);
      if (row === undefined) throw new Error('a canary was inserted, and its id is not known');
      const { id } = row;
      await Promise.all([
        sql.write(Prisma.sql`INSERT INTO payment_outbox_canary (outbox_id, sent_at) VALUES (${id}, NOW(6))`),
        ...(how === 'in passing' ? [sql.write(Prisma.sql`DELETE FROM payment_outbox WHERE id = ${id}`)] : []),
        sql.write(Prisma.sql`
          DELETE FROM payment_outbox_canary WHERE sent_at < NOW(6) - INTERVAL ${KEPT_SECONDS} SECOND
          ORDER BY sent_at LIMIT ${FORGOTTEN_AT_ONCE}`),
      ]);
      return true;
    });
  }

  back(outboxIds: readonly bigint[]): Promise<readonly number[]> {
    if (outboxIds.length === 0) return Promise.resolve([]);
    const ids = Prisma.join(outboxIds);
    return this.transactions.run(async (sql) => {
      const cameBack = await sql.read<{ id: bigint; seconds: string; sentAt: string }>(Prisma.sql`
        SELECT outbox_id AS id, CAST(TIMESTAMPDIFF(MICROSECOND, sent_at, NOW(6)) / 1e6 AS CHAR) AS seconds,
          CAST(sent_at AS CHAR) AS sentAt
        FROM payment_outbox_canary WHERE outbox_id IN (${ids}) AND back_at IS NULL FOR UPDATE`);
      if (cameBack.length === 0) return [];
      const known = Prisma.join(cameBack.map(({ id }) => id));
      const newest = cameBack.map(({ sentAt }) => sentAt).reduce((a, b) => (a < b ? b : a));
      await Promise.all([
        sql.write(Prisma.sql`UPDATE payment_outbox_canary SET back_at = NOW(6) WHERE outbox_id IN (${known})`),
        // Where it stood to be found, it has been.
        sql.write(Prisma.sql`DELETE FROM payment_outbox WHERE id IN (${known}) AND aggregate_type = 'Canary'`),
        sql.write(Prisma.sql`
          UPDATE payment_outbox_relay SET canary_back_at = GREATEST(COALESCE(canary_back_at, ${newest}), ${newest})
          WHERE id = 1`),
      ]);
      return cameBack.map(({ seconds }) => Number(seconds));
    });
  }

  async pulse(): Promise<OutboxPulse> {
    const [row] = await this.reads.query<
      { canaryAgeMs: string | null; canaryBackMs: string | null; pendingAgeMs: string | null }[]
    >(
      `SELECT CAST(TIMESTAMPDIFF(MICROSECOND, canary_back_at, NOW(6)) / 1e3 AS CHAR) AS canaryAgeMs,
         CAST(UNIX_TIMESTAMP(canary_back_at) * 1e3 AS CHAR) AS canaryBackMs, (
           SELECT CAST(TIMESTAMPDIFF(MICROSECOND, created_at, NOW(6)) / 1e3 AS CHAR)
           FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)
           WHERE status = 'PENDING' ORDER BY created_at LIMIT 1
         ) AS pendingAgeMs FROM payment_outbox_relay WHERE id = 1`,
    );
    const numberOf = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text));
    const canaryBackMs = numberOf(row?.canaryBackMs);
    return {
      canaryAgeMs: numberOf(row?.canaryAgeMs),
      canaryBackAt: canaryBackMs === null ? null : new Date(canaryBackMs),
      oldestPendingAgeMs: numberOf(row?.pendingAgeMs),
    };
  }
}
