import { type OrderCancellation, type OrderCancellationRepository } from '@koosco/payment-application';
import { OrderId } from '@koosco/payment-domain';
import { Prisma } from '../generated/prisma/client';
import { fitting } from '../transaction/fitting';
import { type TransactionSql } from '../transaction/transaction-sql';

export class OrderCancellationRepositoryAdapter implements OrderCancellationRepository {
  constructor(private readonly sql: TransactionSql) {}

  async record({ orderId, eventId, correlationId, reason }: OrderCancellation): Promise<void> {
    await this.sql.write(Prisma.sql`
      INSERT INTO payment_order_cancellation (order_id, event_id, correlation_id, reason)
      VALUES (${orderId}, ${eventId}, ${correlationId}, ${fitting(reason, 255)})
      ON DUPLICATE KEY UPDATE order_id = order_id`);
  }

  async findOf(orderIds: readonly OrderId[]): Promise<ReadonlyMap<OrderId, OrderCancellation>> {
    if (orderIds.length === 0) return new Map();
    // A locking read: one that is being recorded is waited for, and one that was recorded meanwhile is seen.
    const rows = await this.sql.read<Omit<OrderCancellation, 'orderId'> & { orderId: bigint }>(Prisma.sql`
      SELECT order_id AS orderId, event_id AS eventId, correlation_id AS correlationId, reason
      FROM payment_order_cancellation WHERE order_id IN (${Prisma.join([...orderIds])}) LOCK IN SHARE MODE`);
    return new Map(rows.map((row) => [OrderId.of(row.orderId), { ...row, orderId: OrderId.of(row.orderId) }]));
  }
}
