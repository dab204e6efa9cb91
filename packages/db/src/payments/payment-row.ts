import {
  Money,
  OrderId,
  Payment,
  type PaymentApproval,
  PaymentId,
  type PaymentStatus,
  PgOrderId,
  UserId,
} from '@koosco/payment-domain';
import { fitting, fittingOrNull } from '../transaction/fitting';
import { type Payment as PaymentModel, Prisma } from '../generated/prisma/client';

export type PaymentRow = Omit<PaymentModel, 'id'>;

/** The columns of {@link PaymentRow} under Prisma's names, so that raw SQL and the client return the same thing. */
export const paymentColumns = Prisma.raw(
  'payment_id AS paymentId, order_id AS orderId, user_id AS userId, amount, status, pg_order_id AS pgOrderId, ' +
    'order_name AS orderName, payment_key AS paymentKey, pg_transaction_id AS pgTransactionId, ' +
    'approved_at AS approvedAt, method, receipt_url AS receiptUrl, canceled_amount AS canceledAmount, ' +
    'correlation_id AS correlationId, sequence, version, created_at AS createdAt, updated_at AS updatedAt',
);

export function paymentFromRow(row: PaymentRow): Payment {
  const approval: PaymentApproval | null = row.approvedAt && {
    paymentKey: row.paymentKey,
    pgTransactionId: row.pgTransactionId,
    approvedAt: row.approvedAt,
    method: row.method,
    receiptUrl: row.receiptUrl,
  };
  return Payment.restore({
    paymentId: PaymentId.of(row.paymentId),
    orderId: OrderId.of(row.orderId),
    userId: UserId.of(row.userId),
    amount: Money.krw(row.amount),
    // A check constraint allows nothing else.
    status: row.status as PaymentStatus,
    pgOrderId: PgOrderId.of(PgOrderId.toOrderId(row.pgOrderId)),
    orderName: row.orderName,
    approval,
    canceledAmount: Money.krw(row.canceledAmount),
    correlationId: row.correlationId,
    sequence: row.sequence,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  });
}

export function paymentToRow({ state }: Payment): PaymentRow {
  return {
    paymentId: state.paymentId,
    orderId: state.orderId,
    userId: state.userId,
    amount: state.amount.krw,
    status: state.status,
    pgOrderId: state.pgOrderId,
    orderName: state.orderName,
    paymentKey: state.approval?.paymentKey ?? null,
    // Words of the gateway. Money that moved must be recorded even if one of them is longer than anybody expected.
    pgTransactionId: fitting(state.approval?.pgTransactionId ?? null, 200),
    approvedAt: state.approval?.approvedAt ?? null,
    method: fitting(state.approval?.method ?? null, 50),
    receiptUrl: fittingOrNull(state.approval?.receiptUrl ?? null, 500),
    canceledAmount: state.canceledAmount.krw,
    correlationId: state.correlationId,
    sequence: state.sequence,
    version: state.version,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
  };
}
