import { errorCode } from '../codes/code-catalogue';
import { type ErrorCode } from '../codes/error-code';
import { type ForcedCode } from '../faults/forced-codes';
import { type KeyHolder } from '../state/merchant-keys';
import { type Payment, type VirtualAccount } from '../state/payment/payment';
import { newAccountNumber, newTransactionKey } from '../state/payment/payment-identity';
import { abort, approve, issueAccount } from '../state/payment/payment-state-machine';
import { viewPayment } from '../state/payment/payment-view';
import { type SandboxState } from '../state/sandbox-state';
import { decided, errorAnswer, refuse, type Outcome, type Prepared, type Speaker } from './answer';

/** A buyer has a week to pay into a virtual account unless the merchant says otherwise. Documented default. */
const depositWithinMs = 7 * 24 * 3_600_000;

export interface ConfirmCommand extends Speaker {
  readonly body: unknown;
  readonly holder: KeyHolder;
  readonly forced: ForcedCode | undefined;
  /** A fault: the amount is not compared with what the payment window was opened for. */
  readonly ignoresAmount: boolean;
  /** Takes as long as the request is to stay in processing, with the payment locked. */
  readonly processing: () => Promise<void>;
}

/** `POST /v1/payments/confirm`. The order in which the checks apply is unverified. */
export async function confirm(state: SandboxState, command: ConfirmCommand): Promise<Prepared> {
  const request = parse(command);
  if (command.forced !== undefined && command.forced.effect !== 'processed') {
    return prepareForced(state, request, command, command.forced);
  }
  if (request === undefined) return decided(refuse('confirm', 'INVALID_REQUEST', command));
  const checked = check(state, request, command);
  if (checked.kind === 'refused') return decided(refuse('confirm', checked.code, command));
  if (!state.payments.lock(request.paymentKey)) return decided(concurrent(command));
  try {
    await command.processing();
    const current = () => state.payments.get(request.paymentKey) ?? checked.payment;
    return { decide: () => settle(state, current(), command), locked: request.paymentKey };
  } catch (error) {
    state.payments.unlock(request.paymentKey);
    throw error;
  }
}

interface ConfirmRequest {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly amount: number;
}

function parse({ body, switches }: ConfirmCommand): ConfirmRequest | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { paymentKey, amount, orderId: given } = body as Record<string, unknown>;
  const orderId = typeof given === 'number' && switches.numericOrderId === 'coerced' ? String(given) : given;
  if (typeof paymentKey !== 'string' || paymentKey === '' || paymentKey.length > 200) return undefined;
  if (typeof orderId !== 'string' || orderId === '') return undefined;
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount < 0) return undefined;
  return { paymentKey, orderId, amount };
}

type Checked =
  { readonly kind: 'open'; readonly payment: Payment } | { readonly kind: 'refused'; readonly code: string };

function check(state: SandboxState, request: ConfirmRequest, command: ConfirmCommand): Checked {
  const { holder, switches, ignoresAmount } = command;
  const payment = state.payments.get(request.paymentKey);
  const refused = (code: string): Checked => ({ kind: 'refused', code });
  // Another merchant's payment does not exist for this key.
  if (payment?.mId !== holder.mId) return refused('NOT_FOUND_PAYMENT_SESSION');
  if (payment.status === 'READY' || payment.status === 'EXPIRED') return refused('NOT_FOUND_PAYMENT_SESSION');
  if (!holder.clientKeys.has(payment.clientKey)) return refused(switches.foreignKey);
  if (payment.orderId !== request.orderId) return refused('FORBIDDEN_REQUEST');
  if (payment.totalAmount !== request.amount && !ignoresAmount) return refused(switches.amountMismatch);
  if (payment.status === 'ABORTED') return refused(switches.abortedReconfirm);
  if (payment.status !== 'IN_PROGRESS') return refused('ALREADY_PROCESSED_PAYMENT');
  if (orderIsTaken(state, payment)) return refused('DUPLICATED_ORDER_ID');
  if (payment.totalAmount < minimumAmount(payment)) return refused('BELOW_MINIMUM_AMOUNT');
  return { kind: 'open', payment };
}

/** True when a sibling with the same order id was approved and Toss looks for that at confirm. */
function orderIsTaken(state: SandboxState, payment: Payment): boolean {
  if (state.switches.duplicateOrderIdChecked !== 'creation-and-confirm') return false;
  return state.payments
    .ofOrder(payment.orderId)
    .some((other) => other.paymentKey !== payment.paymentKey && other.mId === payment.mId && wasConfirmed(other));
}

export const wasConfirmed = (payment: Payment) =>
  payment.status === 'DONE' ||
  payment.status === 'WAITING_FOR_DEPOSIT' ||
  payment.status === 'CANCELED' ||
  payment.status === 'PARTIAL_CANCELED';

/** Documented in the text of the code: cards from 100 won, accounts from 200. */
const minimumAmount = (payment: Payment) => {
  if (payment.currency !== 'KRW') return 0;
  return payment.method === 'TRANSFER' || payment.method === 'VIRTUAL_ACCOUNT' ? 200 : 100;
};

/** Ends the confirm of a payment that is IN_PROGRESS and locked. */
function settle(state: SandboxState, payment: Payment, command: ConfirmCommand): Outcome {
  // A sibling may have been approved while this one was in processing.
  if (orderIsTaken(state, payment)) return refuse('confirm', 'DUPLICATED_ORDER_ID', command);
  if (payment.outcome !== null && payment.outcome.times !== 0)
    return declined(payment, payment.outcome.declineCode, command);
  const settled = charged(state, payment);
  if (command.forced !== undefined) {
    return { change: settled, answer: errorAnswer(errorCode('confirm', command.forced.code), command) };
  }
  const viewing = { ...command, lookup: false, nowMs: state.clock.nowMs() };
  return { change: settled, answer: { status: 200, body: JSON.stringify(viewPayment(settled.payment, viewing)) } };
}

function charged(state: SandboxState, payment: Payment) {
  const nowMs = state.clock.nowMs();
  const transactionKey = newTransactionKey(state.random);
  if (payment.method === 'VIRTUAL_ACCOUNT') {
    const account: VirtualAccount = {
      accountNumber: newAccountNumber(state.random),
      bankCode: '20',
      customerName: '김토스',
      dueAtMs: nowMs + depositWithinMs,
      refundStatus: 'NONE',
    };
    return { payment: issueAccount(payment, { transactionKey, account }) };
  }
  const money = { amount: payment.totalAmount, transactionKey };
  return {
    payment: approve(payment, { transactionKey, atMs: nowMs }),
    rows: [state.ledgerRow('charge', payment, money)],
  };
}

function declined(payment: Payment, code: string, command: ConfirmCommand): Outcome {
  const error = errorCode('confirm', code);
  const answer = errorAnswer(error, command);
  if (aborts(error, command)) {
    return { answer, change: { payment: abort(payment, { code, message: error.korean }) } };
  }
  const times = payment.outcome?.times;
  if (times === undefined) return { answer };
  return { answer, change: { payment: { ...payment, outcome: { declineCode: code, times: times - 1 } } } };
}

const aborts = (error: ErrorCode, { switches }: Speaker) =>
  error.declines === true || switches.confirmFailureAborts === 'every-failure';

function prepareForced(
  state: SandboxState,
  request: ConfirmRequest | undefined,
  command: ConfirmCommand,
  forced: ForcedCode,
): Prepared {
  const error = errorCode('confirm', forced.code);
  const answer = errorAnswer(error, command);
  if (request === undefined || forced.effect === 'none' || !aborts(error, command)) return decided({ answer });
  const checked = check(state, request, command);
  if (checked.kind === 'refused' || !state.payments.lock(request.paymentKey)) return decided({ answer });
  const change = { payment: abort(checked.payment, { code: error.code, message: error.korean }) };
  return { decide: () => ({ answer, change }), locked: request.paymentKey };
}

function concurrent(command: ConfirmCommand): Outcome {
  switch (command.switches.concurrentConfirm) {
    case 'ALREADY_PROCESSING_REQUEST':
      return refuse('confirm', 'ALREADY_PROCESSING_REQUEST', command);
    case 'S008': {
      const failed = errorCode('confirm', 'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING');
      return { answer: errorAnswer(failed, command, '[S008] 기존 요청을 처리중입니다.') };
    }
  }
}
