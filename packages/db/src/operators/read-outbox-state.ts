import { type DatabaseAddress } from '../connection/database-address';
import { pendingCountMax } from '../outbox/payment-outbox';
import { openConnection } from './open-connection';

/** How the outbox is, by the database's clock. */
export interface OutboxState {
  /** Who brings events to Kafka; null until the first relay has said so. */
  readonly mode: string | null;
  /** `count` is no more than `pendingCountMax`. */
  readonly pending: { readonly count: number; readonly oldestAgeMs: number | null };
  /** Rows that have waited longest, without their contents. */
  readonly oldest: readonly PendingRow[];
  readonly canary: CanaryState;
  /** When lost events were last sent again, by a relay or by hand, and the first of them. */
  readonly sentAgainAt: Date | null;
  readonly sentAgainFrom: bigint | null;
  readonly begunAnewAt: Date | null;
  /** How often the connector has begun anew since a canary was last seen, but for the first time. */
  readonly begunAnewTimes: number;
  readonly setAside: readonly SetAsideRow[];
}

export interface CanaryState {
  /** Of the newest one that has come back; null when none ever has. */
  readonly ageMs: number | null;
  /** Of the last hour: how many were sent, how many came back, and how long those took. */
  readonly sent: number;
  readonly back: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

export interface PendingRow {
  readonly id: bigint;
  readonly paymentId: string;
  readonly eventType: string;
  readonly topic: string;
  readonly createdAt: Date;
}

export interface SetAsideRow extends PendingRow {
  readonly operator: string;
  readonly reason: string;
  readonly setAsideAt: Date;
}

const STATEMENT_SECONDS_MAX = 5;
const OLDEST_SHOWN = 5;
const SET_ASIDE_SHOWN = 100;
const ROW = 'id, aggregate_id AS paymentId, event_type AS eventType, topic, created_at AS createdAt';

/** By indexes, however full the tables are. @throws the driver's error when the server does not answer within 5 s or lets nobody in. */
export async function readOutboxState(address: DatabaseAddress): Promise<OutboxState> {
  const connection = await openConnection(address, STATEMENT_SECONDS_MAX);
  try {
    const [[relay], [pending], oldest, canaries, setAside] = await Promise.all([
      connection.query<RelayRow[]>(
        `SELECT mode, CAST(TIMESTAMPDIFF(MICROSECOND, canary_back_at, NOW(6)) / 1e3 AS DOUBLE) AS canaryAgeMs,
           sent_again_at AS sentAgainAt, sent_again_from AS sentAgainFrom, begun_anew_at AS begunAnewAt,
           begun_anew_times AS begunAnewTimes FROM payment_outbox_relay WHERE id = 1`,
      ),
      connection.query<{ count: bigint; oldestAgeMs: number | null }[]>(
        `SELECT COUNT(*) AS count, CAST(TIMESTAMPDIFF(SECOND, MIN(created_at), NOW()) * 1e3 AS DOUBLE) AS oldestAgeMs FROM (
           SELECT created_at FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)
           WHERE status = 'PENDING' ORDER BY created_at LIMIT ${pendingCountMax}) AS pending`,
      ),
      connection.query<PendingRow[]>(
        `SELECT ${ROW} FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)
         WHERE status = 'PENDING' ORDER BY created_at, id LIMIT ${OLDEST_SHOWN}`,
      ),
      connection.query<{ tookMs: number | null }[]>(
        `SELECT CAST(TIMESTAMPDIFF(MICROSECOND, sent_at, back_at) / 1e3 AS DOUBLE) AS tookMs FROM payment_outbox_canary
         WHERE sent_at >= NOW(6) - INTERVAL 1 HOUR`,
      ),
      connection.query<SetAsideRow[]>(
        `SELECT ${ROW}, operator, reason, set_aside_at AS setAsideAt FROM payment_outbox_set_aside
         ORDER BY id DESC LIMIT ${SET_ASIDE_SHOWN}`,
      ),
    ]);
    const took = canaries.flatMap(({ tookMs }) => tookMs ?? []).sort((a, b) => a - b);
    const quantile = (share: number) => took[Math.max(0, Math.ceil(took.length * share) - 1)] ?? null;
    return {
      mode: relay?.mode ?? null,
      pending: { count: Number(pending?.count ?? 0), oldestAgeMs: pending?.oldestAgeMs ?? null },
      oldest,
      canary: {
        ...{ ageMs: relay?.canaryAgeMs ?? null, sent: canaries.length, back: took.length },
        ...{ p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: took.at(-1) ?? null },
      },
      ...{ sentAgainAt: relay?.sentAgainAt ?? null, sentAgainFrom: relay?.sentAgainFrom ?? null },
      ...{ begunAnewAt: relay?.begunAnewAt ?? null, begunAnewTimes: relay?.begunAnewTimes ?? 0 },
      setAside,
    };
  } finally {
    await connection.end();
  }
}

interface RelayRow {
  readonly mode: string | null;
  readonly canaryAgeMs: number | null;
  readonly sentAgainAt: Date | null;
  readonly sentAgainFrom: bigint | null;
  readonly begunAnewAt: Date | null;
  readonly begunAnewTimes: number;
}
