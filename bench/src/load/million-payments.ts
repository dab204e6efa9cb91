import { type Connection } from 'mariadb';

/** Far above every order that a benchmark places. */
const FIRST_ORDER_ID = 1_000_000_000_000;
const CHUNK = 100_000;

/** Approved payments of other days, with what hangs on each, as a service has them after a while. */
export async function millionPayments(connection: Connection, count: number): Promise<void> {
  for (let from = 0; from < count; from += CHUNK) {
    const seq = `seq_${FIRST_ORDER_ID + from}_to_${FIRST_ORDER_ID + Math.min(from + CHUNK, count) - 1}`;
    const uuid = "CONCAT('00000000-0000-7000-8000-', LPAD(seq - 999999999999, 12, '0'))";
    await connection.query(`
      INSERT INTO payment (payment_id, order_id, user_id, amount, status, pg_order_id, order_name, payment_key,
        pg_transaction_id, approved_at, method, correlation_id, sequence, version, created_at, updated_at)
      SELECT ${uuid}, seq, seq MOD 1000 + 1, 15000, 'APPROVED', CONCAT('ord-', LPAD(seq, 19, '0')), 'of another day',
        CONCAT('tgen_', seq), CONCAT('txn_', seq), NOW(3), '카드', seq, 2, 1, NOW(3), NOW(3) FROM ${seq}`);
    await connection.query(`
      INSERT INTO payment_transaction (payment_id, type, status, pg_transaction_id, amount, occurred_at, created_at)
      SELECT ${uuid}, 'APPROVAL', 'SUCCESS', CONCAT('txn_', seq), 15000, NOW(3), NOW(3) FROM ${seq}`);
    await connection.query(`
      INSERT INTO payment_idempotency (order_id, action, idempotency_key, created_at)
      SELECT seq, 'CREATE', ${uuid}, NOW(3) FROM ${seq}`);
  }
}
