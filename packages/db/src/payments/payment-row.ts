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
import { type Payment as PaymentModel } from '../generated/prisma/client';
import { type ColumnMapping } from '../transaction/column-mapping';

export type PaymentRow = Omit<PaymentModel, 'id'>;

export const paymentColumns: ColumnMapping<PaymentRow> = {
  paymentId: 'payment_id',
  orderId: 'order_id',
  userId: 'user_id',
  amount: 'amount',
  status: 'status',
  pgOrderId: 'pg_order_id',
  orderName: 'order_name',
  paymentKey: 'payment_key',
  pgTransactionId: 'pg_transaction_id',
  approvedAt: 'approved_at',
  method: 'method',
  receiptUrl: 'receipt_url',
  canceledAmount: 'canceled_amount',
  orderCancelledAt: 'order_cancelled_at',
  correlationId: 'correlation_id',
  traceParent: 'trace_parent',
  sequence: 'sequence',
  version: 'version',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
};

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
    orderCancelledAt: row.orderCancelledAt,
    correlationId: row.correlationId,
    traceParent: row.traceParent,
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
    orderCancelledAt: state.orderCancelledAt,
    correlationId: state.correlationId,
    traceParent: state.traceParent,
    sequence: state.sequence,
    version: state.version,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
  };
}
