import { type PaymentRepositoryPort, type PaymentTerms } from '@koosco/payment-application';
import { Money, OrderId, type Payment, UserId } from '@koosco/payment-domain';
import { Prisma } from '../generated/prisma/client';
import { insertAll } from '../transaction/insert/insert-all';
import { insertNewById } from '../transaction/insert/insert-new';
import { assignmentsExcept, selectList } from '../transaction/column-mapping';
import { paymentColumns, paymentFromRow, type PaymentRow, paymentToRow } from './payment-row';
import { paymentTransactionColumns, paymentTransactionsToRows } from './payment-transaction-row';
import { PaymentVersionConflict } from './payment-version-conflict';
import { type TransactionTime } from '../transaction/transaction-time';
import { type TransactionSql } from '../transaction/transaction-sql';

/** A batch of the consumer has fewer; only so that no statement grows without bound. */
const ORDERS_PER_LOOKUP_MAX = 1_000;

const SELECTED = selectList(paymentColumns);

/** What identifies a payment, and what it costs, is never changed; the version is counted by the statement itself. */
const changes = assignmentsExcept(paymentColumns, [
  'paymentId',
  'orderId',
  'userId',
  'amount',
  'pgOrderId',
  'orderName',
  'correlationId',
  'traceParent',
  'version',
  'createdAt',
]);

export class PaymentRepositoryAdapter implements PaymentRepositoryPort {
  constructor(
    private readonly sql: TransactionSql,
    private readonly time: TransactionTime,
  ) {}

  async insertNew(payments: readonly Payment[]): Promise<ReadonlySet<OrderId>> {
    const target = { table: 'payment', columns: paymentColumns };
    const isNew = await insertNewById(this.sql, target, 'paymentId', payments.map(paymentToRow));
    const inserted = payments.filter((_, index) => isNew[index]);
    await this.#insertTransactions(inserted);
    return new Set(inserted.map(({ state }) => state.orderId));
  }

  async findTerms(orderIds: readonly OrderId[]): Promise<ReadonlyMap<OrderId, PaymentTerms>> {
    const terms = new Map<OrderId, PaymentTerms>();
    for (let from = 0; from < orderIds.length; from += ORDERS_PER_LOOKUP_MAX) {
      const those = Prisma.join(orderIds.slice(from, from + ORDERS_PER_LOOKUP_MAX));
      // Not locked: they never change. This is the first plain read of its transaction, so it sees what was committed
      // before the insert met it, also where a snapshot is kept.
      const rows = await this.sql.read<{ orderId: bigint; userId: bigint; amount: bigint }>(
        Prisma.sql`SELECT order_id AS orderId, user_id AS userId, amount FROM payment WHERE order_id IN (${those})`,
      );
      for (const { orderId, userId, amount } of rows) {
        terms.set(OrderId.of(orderId), { userId: UserId.of(userId), amount: Money.krw(amount) });
      }
    }
    return terms;
  }

  async findByOrderIdForUpdate(orderId: OrderId): Promise<Payment | null> {
    // SYSDATE() is the time when the lock was had, NOW() when the statement began to wait for it.
    const [row] = await this.sql.read<PaymentRow & { readAt: Date }>(
      Prisma.sql`SELECT ${SELECTED}, SYSDATE(3) AS readAt FROM payment WHERE order_id = ${orderId} FOR UPDATE`,
    );
    if (row === undefined) return null;
    this.time.read(row.readAt);
    return paymentFromRow(row);
  }

  async save(payment: Payment): Promise<void> {
    const row = paymentToRow(payment);
    const update = this.sql.write(Prisma.sql`
      UPDATE payment SET ${changes(row)}, version = version + 1
      WHERE payment_id = ${row.paymentId} AND version = ${row.version}`);
    const [changed] = await Promise.all([update, this.#insertTransactions([payment])]);
    if (changed !== 1) throw new PaymentVersionConflict(payment.state.paymentId, row.version);
  }

  #insertTransactions(payments: readonly Payment[]): Promise<void> {
    const target = { table: 'payment_transaction', columns: paymentTransactionColumns };
    return insertAll(this.sql, target, payments.flatMap(paymentTransactionsToRows));
  }
}
