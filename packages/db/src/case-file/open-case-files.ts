import { type Connection } from 'mariadb';
import { type DatabaseAddress } from '../connection/database-address';
import { openConnection } from '../operators/open-connection';
import {
  type CaseAction,
  type CaseAttempt,
  type CaseChange,
  type CaseEvent,
  type CaseFile,
  type CaseFiles,
  type CasePayment,
  type CaseReference,
  type CaseRefund,
  type CaseTransaction,
  type CaseUnappliedCharge,
  type CaseWebhook,
} from './case-file';

const STATEMENT_SECONDS_MAX = 5;

/**
 * On one connection of its own, which may be of an account that can only read.
 * @throws the driver's error when the server does not answer within 5 s or lets nobody in.
 */
export async function openCaseFiles(address: DatabaseAddress): Promise<CaseFiles> {
  const connection = await openConnection(address, STATEMENT_SECONDS_MAX);
  return {
    find: (reference) => findCase(connection, reference),
    close: () => connection.end(),
  };
}

const placeOf = {
  order: 'order_id = ?',
  payment: 'payment_id = ?',
  attempt: 'payment_id = (SELECT payment_id FROM payment_attempt WHERE attempt_id = ?)',
  'pg-order': 'pg_order_id = ?',
} as const;

async function findCase(connection: Connection, reference: CaseReference): Promise<CaseFile | null> {
  const read: Read = (sql, ...values) => connection.query(sql, values);
  const [payment] = await read<CasePayment>(
    `SELECT payment_id AS paymentId, order_id AS orderId, user_id AS userId, pg_order_id AS pgOrderId, amount,
       canceled_amount AS canceledAmount, status, payment_key AS paymentKey, sequence,
       order_cancelled_at AS orderCancelledAt, created_at AS createdAt
     FROM payment WHERE ${placeOf[reference.kind]}`,
    valueOf(reference),
  );
  const orderId = payment?.orderId ?? (reference.kind === 'order' ? reference.orderId : null);
  if (orderId === null) return null;
  const id = payment?.paymentId ?? null;
  const ofPayment = async <Row>(columns: string, table: string): Promise<Row[]> => {
    const rows = await read<Row & { rowId: bigint }>(
      `SELECT id AS rowId, ${columns} FROM ${table} WHERE payment_id = ?`,
      id,
    );
    return inTheirOrder(rows);
  };
  // One after the other on the wire, and none waits for the answer of the one before.
  const [cancellations, attempts, transactions, refunds, unappliedCharges, history, webhooks] = await Promise.all([
    read<NonNullable<CaseFile['cancellation']>>(
      'SELECT event_id AS eventId, received_at AS receivedAt FROM payment_order_cancellation WHERE order_id = ?',
      orderId,
    ),
    ofPayment<Omit<CaseAttempt, 'isLeased'> & { readonly isLeased: number | null }>(
      `attempt_id AS attemptId, payment_key AS paymentKey, gateway_idempotency_key AS gatewayIdempotencyKey, amount, status,
           pg_code AS pgCode, asks, due_at AS dueAt, fence, leased_until AS leasedUntil, leased_until > NOW(3) AS isLeased,
           send_may_arrive_until AS mayArriveUntil, correlation_id AS correlationId, created_at AS createdAt,
           updated_at AS updatedAt`,
      'payment_attempt',
    ),
    ofPayment<CaseTransaction>(
      'type, status, amount, pg_transaction_id AS pgTransactionId, occurred_at AS occurredAt',
      'payment_transaction',
    ),
    ofPayment<CaseRefund>(
      `refund_id AS refundId, payment_key AS paymentKey, origin, attempt_id AS attemptId, amount, status, pg_code AS pgCode,
           due_at AS dueAt, created_at AS createdAt, updated_at AS updatedAt`,
      'payment_refund',
    ),
    read<CaseUnappliedCharge & { rowId: bigint }>(
      `SELECT charge.id AS rowId, charge.payment_key AS paymentKey, charge.amount, reason, found_at AS foundAt, refunded_at AS refundedAt
         FROM payment_attempt AS attempt JOIN payment_unapplied_charge AS charge ON charge.attempt_id = attempt.attempt_id
         WHERE attempt.payment_id = ?`,
      id,
    ),
    ofPayment<CaseChange>(
      `sequence, from_status AS fromStatus, to_status AS toStatus, canceled_amount AS canceledAmount, actor, pg_code AS pgCode,
           occurred_at AS occurredAt`,
      'payment_history',
    ),
    read<CaseWebhook & { rowId: bigint }>(
      `SELECT id AS rowId, kind, status, times, received_at AS receivedAt, followed_at AS followedAt
         FROM payment_webhook_hint WHERE order_id = ?`,
      orderId,
    ),
  ]);
  const attemptIds = attempts.map(({ attemptId }) => attemptId);
  const [events, actions] = await Promise.all([eventsOf(read, id, history), actionsOn(read, attemptIds)]);
  const [cancellation = null] = cancellations;
  if (payment === undefined && cancellation === null && webhooks.length === 0) return null;
  return {
    orderId,
    payment: payment ?? null,
    cancellation,
    attempts: attempts.map((attempt) => ({ ...attempt, isLeased: attempt.isLeased === 1 })),
    transactions,
    refunds,
    unappliedCharges: inTheirOrder(unappliedCharges),
    history,
    events,
    webhooks: inTheirOrder(webhooks),
    actions,
  };
}

/** There are few of them, and the index that finds them knows another order. */
function inTheirOrder<Row extends { rowId: bigint }>(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (a.rowId < b.rowId ? -1 : 1));
}

/**
 * Every event has its line in the history, written in the same transaction. The outbox has an index by time and none by
 * payment, so its rows are looked for at the times of those lines.
 */
async function eventsOf(read: Read, paymentId: string | null, history: readonly CaseChange[]): Promise<CaseEvent[]> {
  const found = new Map<bigint, CaseEvent>();
  const atOnce = await Promise.all(
    history.map(({ occurredAt }) =>
      read<CaseEvent>(
        `SELECT id, event_type AS eventType, topic, partition_key AS partitionKey, status, created_at AS createdAt, published_at AS publishedAt
         FROM payment_outbox WHERE status IN ('PENDING', 'PUBLISHED')
           AND created_at BETWEEN ? - INTERVAL 2 SECOND AND ? + INTERVAL 2 SECOND AND aggregate_id = ?`,
        ...[occurredAt, occurredAt, paymentId],
      ),
    ),
  );
  for (const event of atOnce.flat()) found.set(event.id, event);
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function actionsOn(read: Read, targets: readonly string[]): Promise<CaseAction[]> {
  if (targets.length === 0) return [];
  const rows = await read<CaseAction & { rowId: bigint }>(
    `SELECT id AS rowId, action, target, operator, reason, at FROM payment_operator_action WHERE target IN (?)`,
    targets,
  );
  return inTheirOrder(rows);
}

type Read = <Row>(sql: string, ...values: unknown[]) => Promise<Row[]>;

function valueOf(reference: CaseReference): bigint | string {
  switch (reference.kind) {
    case 'order':
      return reference.orderId;
    case 'payment':
      return reference.paymentId;
    case 'attempt':
      return reference.attemptId;
    case 'pg-order':
      return reference.pgOrderId;
  }
}
