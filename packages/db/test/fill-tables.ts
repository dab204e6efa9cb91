import { type Connection } from 'mariadb';

/** Many settled, published, unremarkable rows, the kind that a query must not visit on its way to the few it wants. */
export async function fillTables(connection: Connection, count: number): Promise<void> {
  const sequence = `seq_1_to_${count}`;
  const id = (prefix: string): string => `CONCAT('${prefix}0000000-0000-7000-8000-', LPAD(seq, 12, '0'))`;
  const at = "'2026-01-15 09:00:00' - INTERVAL seq SECOND";
  const statements = [
    `INSERT INTO payment (payment_id, order_id, user_id, amount, status, pg_order_id, order_name, payment_key,
       approved_at, correlation_id, sequence, version, created_at, updated_at)
     SELECT ${id('a')}, 1000000 + seq, 7, 1000, 'APPROVED', CONCAT('ord-', LPAD(1000000 + seq, 19, '0')), '생수',
       CONCAT('key-', seq), ${at}, 'c', 2, 2, ${at}, ${at} FROM ${sequence}`,
    `INSERT INTO payment_attempt (attempt_id, payment_id, order_id, action, payment_key, gateway_idempotency_key,
       amount, status, correlation_id, fence, created_at, updated_at)
     SELECT ${id('b')}, ${id('a')}, 1000000 + seq, 'APPROVE', CONCAT('key-', seq), CONCAT('g-', seq),
       1000, 'SUCCEEDED', 'c', 0, ${at}, ${at} FROM ${sequence}`,
    `INSERT INTO payment_idempotency (order_id, action, idempotency_key, created_at)
     SELECT 1000000 + seq, 'CREATE', CONCAT('event-', seq), ${at} FROM ${sequence}`,
    `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status,
       created_at, published_at)
     SELECT ${id('a')}, 'Payment', 'payment.created', '{}', 't', ${id('a')}, 'PUBLISHED', ${at}, ${at} FROM ${sequence}`,
    `INSERT INTO payment_refund (refund_id, payment_id, order_id, payment_key, origin, cause_id, causation_id, amount, reason,
       correlation_id, status, remaining_before, pg_transaction_id, refunded_at, send_key_slot, created_at, updated_at)
     SELECT ${id('c')}, ${id('a')}, 1000000 + seq, CONCAT('key-', seq), 'REQUEST', 'request:1', 'c', 100, 'r',
       'c', 'SUCCEEDED', 1000, CONCAT('t-', seq), ${at}, 'first', ${at}, ${at} FROM ${sequence}`,
    `INSERT INTO payment_order_cancellation (order_id, event_id, correlation_id, reason)
     SELECT 1000000 + seq, 'event', 'c', 'r' FROM ${sequence}`,
    `ANALYZE TABLE payment, payment_attempt, payment_idempotency, payment_outbox, payment_refund,
       payment_order_cancellation`,
  ];
  for (const statement of statements) await connection.query(statement);
}
