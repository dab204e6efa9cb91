import { type OpenAttempt, type PaymentView } from '@koosco/payment-application';
import { type JsonValue } from '@koosco/payment-contracts/json';
import { type Payment, type VirtualAccount } from '@koosco/payment-domain';

/** A payment as the API prints it, with what was and is being done about it. Every time has its offset. */
export function describePayment(view: PaymentView): { readonly [field: string]: JsonValue } {
  const { payment, openAttempt, transactions, openRefunds } = view;
  return {
    ...describeState(payment),
    // The specification's statuses know nothing of a confirm that is not settled: READY alone would look unpaid.
    attempt: openAttempt && describeAttempt(openAttempt),
    transactions: transactions.map(({ type, status, amount, pgTransactionId, occurredAt }) => ({
      type,
      status,
      amount: amount.krw,
      pgTransactionId,
      occurredAt: occurredAt.toISOString(),
    })),
    refunds: openRefunds.map(({ refundId, status, amount, since }) => ({
      refundId,
      // In the words that an attempt has for the same.
      status: status === 'IN_FLIGHT' ? 'IN_PROGRESS' : status,
      amount: amount.krw,
      since: since.toISOString(),
    })),
  };
}

/** The payment alone. */
export function describeState({ state, remainingAmount }: Payment): { readonly [field: string]: JsonValue } {
  return {
    paymentId: state.paymentId,
    orderId: state.orderId,
    userId: state.userId,
    status: state.status,
    amount: state.amount.krw,
    canceledAmount: state.canceledAmount.krw,
    remainingAmount: remainingAmount.krw,
    currency: 'KRW',
    approvedAt: state.approval?.approvedAt.toISOString() ?? null,
    method: state.approval?.method ?? null,
    receiptUrl: state.approval?.receiptUrl ?? null,
    createdAt: state.createdAt.toISOString(),
  };
}

function describeAttempt({ status, since, virtualAccount }: OpenAttempt): JsonValue {
  const attempt = { status: attemptStatuses[status], since: since.toISOString() };
  return status === 'AWAITING_DEPOSIT'
    ? { ...attempt, virtualAccount: describeVirtualAccount(virtualAccount) }
    : attempt;
}

/** In the words that a confirm's answers have for the same. */
const attemptStatuses: Readonly<Record<OpenAttempt['status'], string>> = {
  IN_FLIGHT: 'IN_PROGRESS',
  UNKNOWN: 'UNKNOWN',
  AWAITING_DEPOSIT: 'WAITING_FOR_DEPOSIT',
};

/** Null until Toss has named the account. */
export function describeVirtualAccount(account: VirtualAccount | null): JsonValue {
  if (account === null) return null;
  const { bank, accountNumber, holder, dueAt } = account;
  return { bank, accountNumber, holder, dueAt: dueAt?.toISOString() ?? null };
}
