import { type IdempotencyRepositoryPort } from '@koosco/payment-application';
import { type PaymentIdempotency } from '@koosco/payment-domain';
import { type TransactionSql } from './conflict-guard';
import { insertNew } from './multi-row-insert';

export class IdempotencyRepositoryAdapter implements IdempotencyRepositoryPort {
  constructor(private readonly db: TransactionSql) {}

  insertNew(entries: readonly PaymentIdempotency[]): Promise<readonly boolean[]> {
    const now = new Date();
    return insertNew(
      this.db,
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
