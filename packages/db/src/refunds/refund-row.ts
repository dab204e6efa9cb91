import { Money, OrderId, PaymentId, Refund, type RefundOrigin, type RefundStatus } from '@koosco/payment-domain';
import { sendFromRow, sendToRow } from '../attempts/send-row';
import { type PaymentRefund as RefundModel } from '../generated/prisma/client';
import { type ColumnMapping } from '../transaction/column-mapping';
import { fitting } from '../transaction/fitting';

export type RefundRow = Omit<RefundModel, 'id' | 'chargeUnderWay'>;

export const refundColumns: ColumnMapping<RefundRow> = {
  refundId: 'refund_id',
  paymentId: 'payment_id',
  orderId: 'order_id',
  paymentKey: 'payment_key',
  origin: 'origin',
  causeId: 'cause_id',
  causationId: 'causation_id',
  attemptId: 'attempt_id',
  amount: 'amount',
  reason: 'reason',
  correlationId: 'correlation_id',
  status: 'status',
  remainingBefore: 'remaining_before',
  pgTransactionId: 'pg_transaction_id',
  refundedAt: 'refunded_at',
  pgCode: 'pg_code',
  pgMessage: 'pg_message',
  tries: 'tries',
  leasedUntil: 'leased_until',
  dueAt: 'due_at',
  fence: 'fence',
  asks: 'asks',
  sendKeySlot: 'send_key_slot',
  sendCredential: 'send_credential',
  sendUnanswered: 'send_unanswered',
  sendAnswerCode: 'send_answer_code',
  sendUnclear: 'send_unclear',
  sendMayArriveUntil: 'send_may_arrive_until',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
};

export function refundFromRow(row: RefundRow): Refund {
  return Refund.restore({
    refundId: row.refundId,
    paymentId: PaymentId.of(row.paymentId),
    orderId: OrderId.of(row.orderId),
    paymentKey: row.paymentKey,
    // Check constraints allow nothing else.
    origin: row.origin as RefundOrigin,
    status: row.status as RefundStatus,
    causeId: row.causeId,
    causationId: row.causationId,
    attemptId: row.attemptId,
    amount: Money.krw(row.amount),
    reason: row.reason,
    correlationId: row.correlationId,
    remainingBefore: row.remainingBefore === null ? null : Money.krw(row.remainingBefore),
    pgTransactionId: row.pgTransactionId,
    refundedAt: row.refundedAt,
    pgCode: row.pgCode,
    pgMessage: row.pgMessage,
    tries: row.tries,
    leasedUntil: row.leasedUntil,
    dueAt: row.dueAt,
    fence: row.fence,
    asks: row.asks,
    send: row.sendKeySlot === null ? null : sendFromRow({ ...row, sendKeySlot: row.sendKeySlot }),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  });
}

export function refundToRow({ state }: Refund): RefundRow {
  return {
    refundId: state.refundId,
    paymentId: state.paymentId,
    orderId: state.orderId,
    paymentKey: state.paymentKey,
    origin: state.origin,
    causeId: state.causeId,
    causationId: state.causationId,
    attemptId: state.attemptId,
    amount: state.amount.krw,
    reason: fitting(state.reason, 200) ?? '',
    correlationId: state.correlationId,
    status: state.status,
    remainingBefore: state.remainingBefore?.krw ?? null,
    // Words of the gateway. Money that moved must be recorded even if one of them is longer than anybody expected.
    pgTransactionId: fitting(state.pgTransactionId, 200),
    refundedAt: state.refundedAt,
    pgCode: fitting(state.pgCode, 100),
    pgMessage: fitting(state.pgMessage, 1000),
    tries: state.tries,
    leasedUntil: state.leasedUntil,
    dueAt: state.dueAt,
    fence: state.fence,
    asks: state.asks,
    ...(state.send === null ? notBegun : sendToRow(state.send)),
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
  };
}

/** Of a refund whose present try has not begun. */
const notBegun = {
  sendKeySlot: null,
  sendCredential: '',
  sendUnanswered: false,
  sendAnswerCode: null,
  sendUnclear: false,
  sendMayArriveUntil: new Date(0),
};
