import { type AuditReader, type EventRecord, type PaymentRecords } from '@koosco/payment-application';
import { type Connection } from 'mariadb';
import { type DatabaseAddress } from '../connection/database-address';
import { openConnection } from '../operators/open-connection';

/** Of one statement; it reads what a few minutes wrote. */
const STATEMENT_SECONDS_MAX = 30;

/**
 * On one connection of its own, which may be of an account that can only read.
 * @throws the driver's error when the server does not answer within 5 s or lets nobody in.
 */
export async function openAuditReader(address: DatabaseAddress): Promise<AuditReader & { close(): Promise<void> }> {
  const connection = await openConnection(address, STATEMENT_SECONDS_MAX);
  return {
    events: (from, to) => eventsOf(connection, from, to),
    createdPayments: (from, to) => createdPaymentsOf(connection, from, to),
    records: (paymentIds, orderIds) => atOneMoment(connection, () => recordsOf(connection, paymentIds, orderIds)),
    close: () => connection.end(),
  };
}

/** The outbox has whole seconds, rounded down, so that what is wanted may stand a second before. */
async function eventsOf(connection: Connection, from: Date, to: Date): Promise<readonly EventRecord[]> {
  const rows = await connection.query<StoredEvent[]>(
    `SELECT id, aggregate_id AS paymentId, event_type AS eventType, topic, status, created_at AS createdAt,
       JSON_VALUE(payload, '$.data.sequence') AS sequence, JSON_VALUE(payload, '$.data.canceledAmount') AS canceledAmount,
       SHA2(payload, 256) AS digest
     FROM payment_outbox WHERE status IN ('PENDING', 'PUBLISHED') AND created_at >= ? - INTERVAL 1 SECOND AND created_at < ?
       AND aggregate_type = 'Payment'`,
    [from, to],
  );
  return rows
    .map(({ status, sequence, canceledAmount, ...row }) => ({
      ...row,
      isPublished: status === 'PUBLISHED',
      sequence: sequence === null ? null : Number(sequence),
      canceledAmount: canceledAmount === null ? null : BigInt(canceledAmount),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function createdPaymentsOf(connection: Connection, from: Date, to: Date): Promise<readonly string[]> {
  const rows = await connection.query<{ paymentId: string }[]>(
    `SELECT payment_id AS paymentId FROM payment
     WHERE status IN ('READY', 'APPROVED', 'FAILED', 'PARTIALLY_CANCELED', 'CANCELED') AND created_at >= ? AND created_at < ?`,
    [from, to],
  );
  return rows.map(({ paymentId }) => paymentId);
}

/** A payment that changes meanwhile is read before or after that, and never in between. */
async function atOneMoment<T>(connection: Connection, read: () => Promise<T>): Promise<T> {
  await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
  try {
    return await read();
  } finally {
    await connection.query('ROLLBACK');
  }
}

async function recordsOf(
  connection: Connection,
  wantedIds: readonly string[],
  orderIds: readonly bigint[],
): Promise<readonly PaymentRecords[]> {
  const payments = [
    ...(await paymentsBy(connection, 'payment_id', wantedIds)),
    ...(await paymentsBy(connection, 'order_id', orderIds)),
  ];
  const ids = [...new Set(payments.map(({ paymentId }) => paymentId))];
  if (ids.length === 0) return [];
  const read = <Row>(sql: string): Promise<Row[]> => connection.query<Row[]>(sql, [ids]);
  type Of<T> = T & { readonly paymentId: string };
  // One after the other on the wire, and none waits for the answer of the one before.
  const [transactions, history, charges, refunds, attempts] = await Promise.all([
    read<Of<PaymentRecords['transactions'][number]>>(
      `SELECT payment_id AS paymentId, type, status, amount, pg_transaction_id AS pgTransactionId,
         occurred_at AS occurredAt FROM payment_transaction WHERE payment_id IN (?)`,
    ),
    read<Of<PaymentRecords['history'][number]>>(
      `SELECT payment_id AS paymentId, sequence, from_status AS fromStatus, to_status AS toStatus,
         canceled_amount AS canceledAmount, occurred_at AS occurredAt FROM payment_history WHERE payment_id IN (?)`,
    ),
    read<Of<{ amount: bigint; pgTransactionId: string | null; at: Date }>>(
      `SELECT attempt.payment_id AS paymentId, charge.amount, charge.pg_transaction_id AS pgTransactionId,
         charge.approved_at AS at FROM payment_attempt AS attempt
       JOIN payment_unapplied_charge AS charge ON charge.attempt_id = attempt.attempt_id WHERE attempt.payment_id IN (?)`,
    ),
    read<Of<{ amount: bigint; pgTransactionId: string | null; at: Date | null; isBesides: number; isDue: number }>>(
      `SELECT payment_id AS paymentId, amount, pg_transaction_id AS pgTransactionId, refunded_at AS at,
         status = 'SUCCEEDED' AND attempt_id IS NOT NULL AS isBesides, due_at IS NOT NULL AS isDue
       FROM payment_refund WHERE payment_id IN (?)`,
    ),
    read<Of<{ isDue: number }>>(
      'SELECT payment_id AS paymentId, due_at IS NOT NULL AS isDue FROM payment_attempt WHERE payment_id IN (?)',
    ),
  ]);
  const unique = new Map(payments.map((payment) => [payment.paymentId, payment]));
  const own = {
    transactions: byPayment(transactions),
    history: byPayment(history),
    charges: byPayment(charges),
    refunds: byPayment(refunds),
    attempts: byPayment(attempts),
  };
  return [...unique.values()].map(({ paymentId, orderId, ...payment }) => {
    const [refundRows, attemptRows] = [own.refunds(paymentId), own.attempts(paymentId)];
    return {
      ...{ paymentId, orderId, payment, transactions: own.transactions(paymentId) },
      history: [...own.history(paymentId)].sort((a, b) => a.sequence - b.sequence),
      besides: [
        ...own.charges(paymentId).map(({ amount, pgTransactionId, at }) => ({
          ...{ kind: 'charge' as const, amount, pgTransactionId, at },
        })),
        ...refundRows.flatMap(({ amount, pgTransactionId, at, isBesides }) =>
          isBesides === 1 && at !== null ? [{ kind: 'refund' as const, amount, pgTransactionId, at }] : [],
        ),
      ],
      underWay: [...refundRows, ...attemptRows].filter(({ isDue }) => isDue === 1).length,
    };
  });
}

function byPayment<Row extends { readonly paymentId: string }>(rows: readonly Row[]) {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.paymentId);
    if (group === undefined) groups.set(row.paymentId, [row]);
    else group.push(row);
  }
  return (paymentId: string): readonly Row[] => groups.get(paymentId) ?? [];
}

/** What JSON_VALUE takes out of a payload is a text. */
type StoredEvent = Omit<EventRecord, 'isPublished' | 'sequence' | 'canceledAmount'> & {
  readonly status: string;
  readonly sequence: string | null;
  readonly canceledAmount: string | null;
};

type StoredPayment = PaymentRecords['payment'] & Pick<PaymentRecords, 'paymentId' | 'orderId'>;

async function paymentsBy(
  connection: Connection,
  column: 'payment_id' | 'order_id',
  values: readonly (string | bigint)[],
): Promise<readonly StoredPayment[]> {
  if (values.length === 0) return [];
  return connection.query<StoredPayment[]>(
    `SELECT payment_id AS paymentId, order_id AS orderId, status, amount, canceled_amount AS canceledAmount,
       payment_key AS paymentKey, sequence FROM payment WHERE ${column} IN (?)`,
    [values],
  );
}
