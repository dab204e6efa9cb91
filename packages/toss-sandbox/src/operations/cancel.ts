import { errorCode } from '../codes/code-catalogue';
import { type ForcedCode } from '../faults/forced-codes';
import { type KeyHolder } from '../state/merchant-keys';
import { type Payment } from '../state/payment/payment';
import { newTransactionKey } from '../state/payment/payment-identity';
import { cancel as cancelled } from '../state/payment/payment-state-machine';
import { isPartialCancelable, viewPayment } from '../state/payment/payment-view';
import { type SandboxState } from '../state/sandbox-state';
import { decided, errorAnswer, refuse, type Outcome, type Prepared, type Speaker } from './answer';
import { parseCancelRequest, type CancelRequest } from './cancel-request';
import { isRefundOverdue } from './refund-window';

export interface CancelCommand extends Speaker {
  readonly paymentKey: string;
  readonly body: unknown;
  readonly holder: KeyHolder;
  readonly forced: ForcedCode | undefined;
  /** Takes as long as the request is to stay in processing, with the payment locked. */
  readonly processing: () => Promise<void>;
}

/** `POST /v1/payments/{paymentKey}/cancel`. */
export async function cancel(state: SandboxState, command: CancelCommand): Promise<Prepared> {
  const { forced, paymentKey, holder, switches } = command;
  if (forced !== undefined && forced.effect !== 'processed') return decided(refuse('cancel', forced.code, command));
  const request = parseCancelRequest(command.body);
  if (request === undefined) return decided(refuse('cancel', 'INVALID_REQUEST', command));
  if (state.payments.get(paymentKey)?.mId !== holder.mId) {
    return decided(refuse('cancel', 'NOT_FOUND_PAYMENT', command));
  }
  while (!state.payments.lock(paymentKey)) {
    if (switches.concurrentCancel === 'FORBIDDEN_CONSECUTIVE_REQUEST') {
      return decided(refuse('cancel', 'FORBIDDEN_CONSECUTIVE_REQUEST', command));
    }
    await state.payments.unlocked(paymentKey);
  }
  try {
    await command.processing();
    return { decide: () => settle(state, request, command), locked: paymentKey };
  } catch (error) {
    state.payments.unlock(paymentKey);
    throw error;
  }
}

function settle(state: SandboxState, request: CancelRequest, command: CancelCommand): Outcome {
  const payment = state.payments.get(command.paymentKey);
  if (payment === undefined) return refuse('cancel', 'NOT_FOUND_PAYMENT', command);
  const amount = request.cancelAmount ?? payment.balanceAmount;
  const refusal = check(payment, amount, request, state.clock.nowMs());
  if (refusal !== undefined) return refuse('cancel', refusal, command);
  const change = refunded(state, payment, amount, request);
  if (command.forced !== undefined) {
    return { change, answer: errorAnswer(errorCode('cancel', command.forced.code), command) };
  }
  const viewing = { ...command, lookup: false, nowMs: state.clock.nowMs() };
  return { change, answer: { status: 200, body: JSON.stringify(viewPayment(change.payment, viewing)) } };
}

/** The code that refuses this cancellation, or undefined when it may go ahead. */
function check(payment: Payment, amount: number, request: CancelRequest, nowMs: number): string | undefined {
  switch (payment.status) {
    case 'READY':
    case 'IN_PROGRESS':
    case 'ABORTED':
    case 'EXPIRED':
      return 'NOT_CANCELABLE_PAYMENT';
    case 'CANCELED':
      return 'ALREADY_CANCELED_PAYMENT';
    case 'WAITING_FOR_DEPOSIT':
    case 'DONE':
    case 'PARTIAL_CANCELED':
      break;
  }
  if (request.currency !== undefined && request.currency !== payment.currency) return 'INVALID_REQUEST';
  if (request.taxFreeAmount > Math.min(amount, payment.taxFreeAmount)) return 'INVALID_REQUEST';
  if (request.refundableAmount !== undefined && request.refundableAmount !== payment.balanceAmount) {
    return 'NOT_MATCHES_REFUNDABLE_AMOUNT';
  }
  if (amount > payment.balanceAmount || payment.balanceAmount === 0) return 'NOT_CANCELABLE_AMOUNT';
  if (amount < payment.balanceAmount) {
    if (payment.status === 'WAITING_FOR_DEPOSIT') return 'NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT';
    if (!isPartialCancelable(payment)) return 'NOT_ALLOWED_PARTIAL_REFUND';
  }
  if (isRefundOverdue(payment, nowMs)) return 'EXCEED_MAX_REFUND_DUE';
  if (payment.virtualAccount !== null && payment.status !== 'WAITING_FOR_DEPOSIT') return request.accountRefusal;
  return undefined;
}

function refunded(state: SandboxState, payment: Payment, amount: number, request: CancelRequest) {
  const transactionKey = newTransactionKey(state.random);
  const next = cancelled(payment, {
    amount,
    reason: request.cancelReason,
    taxFreeAmount: amount === payment.balanceAmount ? payment.taxFreeAmount : request.taxFreeAmount,
    transactionKey,
    atMs: state.clock.nowMs(),
  });
  // Before the deposit there is no money to give back.
  if (payment.status === 'WAITING_FOR_DEPOSIT') return { payment: next };
  return { payment: next, rows: [state.ledgerRow('cancel', payment, { amount, transactionKey })] };
}
