import { type IdempotencyRepositoryPort } from '@koosco/payment-application';
import { type PaymentIdempotency } from '@koosco/payment-domain';
import { insertNew } from '../transaction/multi-row-insert';
import { type TransactionSql } from '../transaction/transaction-sql';

export class IdempotencyRepositoryAdapter implements IdempotencyRepositoryPort {
  constructor(private readonly sql: TransactionSql) {}

  insertNew(entries: readonly PaymentIdempotency[]): Promise<readonly boolean[]> {
    const now = new Date();
    return insertNew(
      this.sql,
      'payment_idempotency',
      ['order_id', 'action', 'idempotency_key'],
      entries.map(({ orderId, action, key }) => ({
        order_id: orderId,
        action,
        idempotency_key: key,
        created_at: now,
      })),
    );
  }
}
