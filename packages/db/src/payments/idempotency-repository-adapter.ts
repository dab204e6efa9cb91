import { type IdempotencyRepositoryPort } from '@koosco/payment-application';
import { type PaymentIdempotency } from '@koosco/payment-domain';
import { type PaymentIdempotency as IdempotencyModel } from '../generated/prisma/client';
import { type ColumnMapping } from '../transaction/column-mapping';
import { insertNew } from '../transaction/insert/insert-new';
import { type TransactionSql } from '../transaction/transaction-sql';

const columns: ColumnMapping<Omit<IdempotencyModel, 'id'>> = {
  orderId: 'order_id',
  action: 'action',
  idempotencyKey: 'idempotency_key',
  createdAt: 'created_at',
};

export class IdempotencyRepositoryAdapter implements IdempotencyRepositoryPort {
  constructor(private readonly sql: TransactionSql) {}

  insertNew(entries: readonly PaymentIdempotency[]): Promise<readonly boolean[]> {
    const now = new Date();
    return insertNew(
      this.sql,
      { table: 'payment_idempotency', columns },
      ['orderId', 'action', 'idempotencyKey'],
      entries.map(({ orderId, action, key }) => ({ orderId, action, idempotencyKey: key, createdAt: now })),
    );
  }
}
