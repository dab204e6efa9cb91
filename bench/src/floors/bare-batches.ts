import { randomUUID } from 'node:crypto';
import { type Connection } from 'mariadb';

export interface BareOrder {
  readonly orderId: bigint;
  readonly userId: bigint;
  readonly amount: bigint;
  readonly eventId: string;
}

/**
 * The floor beside order-consumer: the rows of a batch of placed orders, by hand, with the driver alone, in one durable
 * transaction. No event is parsed, none is checked, and none may be a repetition.
 */
export async function insertBare(connection: Connection, orders: readonly BareOrder[]): Promise<void> {
  const now = new Date().toISOString().slice(0, 23).replace('T', ' ');
  const rows = orders.map((order) => ({ ...order, paymentId: randomUUID() }));
  await connection.query('BEGIN');
  await connection.query(
    `INSERT INTO payment_idempotency (order_id, action, idempotency_key, created_at) VALUES ${rows
      .map(({ orderId, eventId }) => `(${orderId}, 'CREATE', '${eventId}', '${now}')`)
      .join(', ')}`,
  );
  await connection.query(
    `INSERT INTO payment (payment_id, order_id, user_id, amount, status, pg_order_id, order_name, canceled_amount,
       correlation_id, sequence, version, created_at, updated_at) VALUES ${rows
         .map(({ paymentId, orderId, userId, amount }) => {
           const pgOrderId = `ord-${String(orderId).padStart(19, '0')}`;
           return `('${paymentId}', ${orderId}, ${userId}, ${amount}, 'READY', '${pgOrderId}', '주문 ${orderId}', 0, '${orderId}', 1, 1, '${now}', '${now}')`;
         })
         .join(', ')}`,
  );
  await connection.query(
    `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status) VALUES ${rows
      .map(({ paymentId, orderId, userId, amount, eventId }) => {
        const pgOrderId = `ord-${String(orderId).padStart(19, '0')}`;
        const payload = JSON.stringify({
          specversion: '1.0',
          id: randomUUID(),
          source: 'payment-service',
          type: 'payment.created',
          subject: `payment/${paymentId}`,
          time: now,
          datacontenttype: 'application/json',
          correlationid: String(orderId),
          causationid: eventId,
          sequence: 1,
          data: { paymentId, orderId: Number(orderId), userId: Number(userId), amount: Number(amount), pgOrderId },
        });
        return `('${paymentId}', 'Payment', 'payment.created', '${payload}', 'koosco.commerce.payment.created', '${orderId}', 'PENDING')`;
      })
      .join(', ')}`,
  );
  await connection.query(
    `INSERT INTO payment_history (payment_id, sequence, from_status, to_status, canceled_amount, actor, causation_id,
       occurred_at) VALUES ${rows
         .map(({ paymentId, eventId }) => `('${paymentId}', 1, NULL, 'READY', 0, 'bench', '${eventId}', '${now}')`)
         .join(', ')}`,
  );
  await connection.query('COMMIT');
}
