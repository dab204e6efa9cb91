import { pendingCountMax } from '../outbox/payment-outbox';

/** How much of something waits, and since when. */
export interface Waiting {
  readonly count: number;
  readonly krw: bigint;
  readonly oldestAt: Date | null;
}

/** As the server answers the statements below. */
export interface WaitingRow {
  readonly count: bigint;
  readonly krw: bigint;
  readonly oldestAt: Date | null;
}

// SUM() of a BIGINT is a DECIMAL, which would come as a text.
const COUNTED = 'COUNT(*) AS count, CAST(COALESCE(SUM(amount), 0) AS SIGNED) AS krw';

/** What waits in the database, each by its index: workers count it for their metrics, and tools for whoever asks. */
export const waitingStatements = {
  /** Confirms of which nobody knows whether they charged. */
  unclearAttempts: `SELECT ${COUNTED}, MIN(created_at) AS oldestAt FROM payment_attempt WHERE status = 'UNKNOWN'`,
  /** The same, and those under way. */
  attempts: `SELECT ${COUNTED}, MIN(created_at) AS oldestAt FROM payment_attempt WHERE status IN ('IN_FLIGHT', 'UNKNOWN')`,
  /** Refunds that are asked for and not settled. */
  refunds: `SELECT ${COUNTED}, MIN(created_at) AS oldestAt FROM payment_refund WHERE due_at IS NOT NULL`,
  /** Charges that their payment could not take and that have not gone back. */
  unappliedCharges: `SELECT ${COUNTED}, MIN(found_at) AS oldestAt FROM payment_unapplied_charge WHERE refunded_at IS NULL`,
  /** Events that nobody has seen on Kafka yet, no more than {@link pendingCountMax} of them. */
  pendingEvents: `SELECT COUNT(*) AS count, 0 AS krw, MIN(created_at) AS oldestAt FROM (
    SELECT created_at FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)
    WHERE status = 'PENDING' ORDER BY created_at LIMIT ${pendingCountMax}) AS pending`,
} as const;

export function waitingOf([row]: readonly WaitingRow[]): Waiting {
  return { count: Number(row?.count ?? 0), krw: BigInt(row?.krw ?? 0), oldestAt: row?.oldestAt ?? null };
}
