import {
  Money,
  OrderId,
  PaymentAttempt,
  type PaymentAttemptStatus,
  PaymentId,
  type VirtualAccount,
} from '@koosco/payment-domain';
import { fitting, fittingOrNull } from '../transaction/fitting';
import { type PaymentAttempt as PaymentAttemptModel } from '../generated/prisma/client';
import { type ColumnMapping } from '../transaction/column-mapping';
import { sendFromRow, sendToRow } from './send-row';

export type PaymentAttemptRow = Omit<PaymentAttemptModel, 'id' | 'unresolvedPaymentId'>;

export const paymentAttemptColumns: ColumnMapping<PaymentAttemptRow> = {
  attemptId: 'attempt_id',
  paymentId: 'payment_id',
  orderId: 'order_id',
  action: 'action',
  paymentKey: 'payment_key',
  gatewayIdempotencyKey: 'gateway_idempotency_key',
  amount: 'amount',
  status: 'status',
  pgCode: 'pg_code',
  pgMessage: 'pg_message',
  correlationId: 'correlation_id',
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
  virtualAccountBank: 'virtual_account_bank',
  virtualAccountNumber: 'virtual_account_number',
  virtualAccountHolder: 'virtual_account_holder',
  virtualAccountDueAt: 'virtual_account_due_at',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
};

export function paymentAttemptFromRow(row: PaymentAttemptRow): PaymentAttempt {
  return PaymentAttempt.restore({
    attemptId: row.attemptId,
    paymentId: PaymentId.of(row.paymentId),
    orderId: OrderId.of(row.orderId),
    paymentKey: row.paymentKey,
    gatewayIdempotencyKey: row.gatewayIdempotencyKey,
    amount: Money.krw(row.amount),
    // A check constraint allows nothing else.
    status: row.status as PaymentAttemptStatus,
    pgCode: row.pgCode,
    pgMessage: row.pgMessage,
    correlationId: row.correlationId,
    leasedUntil: row.leasedUntil,
    dueAt: row.dueAt,
    fence: row.fence,
    asks: row.asks,
    send: sendFromRow(row),
    virtualAccount: virtualAccountFromRow(row),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  });
}

export type VirtualAccountRow = Pick<
  PaymentAttemptRow,
  'virtualAccountBank' | 'virtualAccountNumber' | 'virtualAccountHolder' | 'virtualAccountDueAt'
>;

export function virtualAccountFromRow(row: VirtualAccountRow): VirtualAccount | null {
  const { virtualAccountNumber: accountNumber } = row;
  if (accountNumber === null) return null;
  return {
    bank: row.virtualAccountBank,
    accountNumber,
    holder: row.virtualAccountHolder,
    dueAt: row.virtualAccountDueAt,
  };
}

function virtualAccountToRow(account: VirtualAccount | null): VirtualAccountRow {
  // Half of a number would send money elsewhere: one that does not fit is not kept at all.
  const accountNumber = fittingOrNull(account?.accountNumber ?? null, 50);
  return {
    virtualAccountBank: fitting(account?.bank ?? null, 50),
    virtualAccountNumber: accountNumber,
    virtualAccountHolder: fitting(account?.holder ?? null, 100),
    virtualAccountDueAt: account?.dueAt ?? null,
  };
}

export function paymentAttemptToRow({ state }: PaymentAttempt): PaymentAttemptRow {
  return {
    attemptId: state.attemptId,
    paymentId: state.paymentId,
    orderId: state.orderId,
    action: 'APPROVE',
    paymentKey: state.paymentKey,
    gatewayIdempotencyKey: state.gatewayIdempotencyKey,
    amount: state.amount.krw,
    status: state.status,
    // Words of the gateway. An answer must be recorded even if one of them is longer than anybody expected.
    pgCode: fitting(state.pgCode, 100),
    pgMessage: fitting(state.pgMessage, 1000),
    correlationId: state.correlationId,
    leasedUntil: state.leasedUntil,
    dueAt: state.dueAt,
    fence: state.fence,
    asks: state.asks,
    ...sendToRow(state.send),
    ...virtualAccountToRow(state.virtualAccount),
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
  };
}
