import { type ApprovalRequest } from '@koosco/payment-application';
import { type ApprovalOutcome, Money } from '@koosco/payment-domain';

import { type TossAnswer, turnsAway, unsentByUs } from '../../client/answers/toss-answer';
import { type TossPayment } from '../../client/answers/toss-payment';
import { virtualAccountOf } from './virtual-account-of';
import { codeRuleOf } from '../codes/code-rule-of';
import { type ConfirmClass, confirmRules } from './confirm-rules';
import { differingFields } from '../differing-fields';
import { lookUpRuleOf } from '../codes/look-up-rules';
import { type LookUpFact, type SendFact } from '../protocol/money-protocol';

/** What the answer to a confirm proves about the charge that was asked for. */
export function factOfConfirm(
  answer: TossAnswer<TossPayment>,
  request: ApprovalRequest,
  readAt: Date,
  rules = confirmRules,
): SendFact<ApprovalOutcome> {
  if (turnsAway(answer)) return { kind: 'turned-away' };
  switch (answer.kind) {
    case 'ok':
      return { kind: 'final', outcome: chargeOf(answer.value, request, readAt, 'the answer to confirm') };
    case 'error': {
      const rule = codeRuleOf(rules, answer.code);
      const outcome = outcomeOf(rule.class, answer.code, answer.message);
      if (rule.then === 'same-key') return { kind: 'in-flight' };
      // A decline comes from the bank, from behind Toss's idempotency check: it also answers any earlier send.
      if (outcome?.kind === 'declined') return { kind: 'final', outcome };
      return { kind: 'complaint', then: rule.then, ifNotDone: outcome };
    }
    case 'no-answer': {
      if (answer.phase !== 'not-sent') return { kind: 'no-answer' };
      const worthRepeating = !unsentByUs.some((cause) => cause === answer.cause);
      return { kind: 'not-sent', worthRepeating, outcome: notCharged('unavailable', null, answer.cause) };
    }
  }
}

/** What the code of an error that an earlier worker received means for whoever continues. */
export function complaintOfConfirm(code: string): {
  readonly mayUseNewKey: boolean;
  readonly ifNotDone: ApprovalOutcome | null;
} {
  const rule = codeRuleOf(confirmRules, code);
  return { mayUseNewKey: rule.then === 'look-up-then-new-key', ifNotDone: outcomeOf(rule.class, code, '') };
}

/** What Toss's books prove about the charge that was asked for. */
export function factOfBooks(
  answer: TossAnswer<TossPayment>,
  request: ApprovalRequest,
  readAt: Date,
): LookUpFact<ApprovalOutcome> {
  switch (answer.kind) {
    case 'ok':
      return factOfPayment(answer.value, request, readAt);
    case 'error':
      // Toss may be late to list a payment, so "no such payment" is not yet a final word.
      return lookUpRuleOf(answer.code).class === 'absent' ? { kind: 'nothing-done' } : { kind: 'unreadable' };
    case 'no-answer':
      return { kind: 'unreadable' };
  }
}

function factOfPayment(payment: TossPayment, request: ApprovalRequest, readAt: Date): LookUpFact<ApprovalOutcome> {
  switch (payment.status) {
    case 'READY':
    case 'IN_PROGRESS':
    case 'ABORTED':
    case 'EXPIRED':
      // No money moved in these, so order and amount say nothing; but it must be this payment.
      if (payment.paymentKey !== request.paymentKey) break;
      return isOpen(payment) ? { kind: 'nothing-done' } : { kind: 'final', outcome: endWithoutCharge(payment) };
  }
  return { kind: 'final', outcome: chargeOf(payment, request, readAt, "Toss's books") };
}

function isOpen({ status }: TossPayment): boolean {
  return status === 'READY' || status === 'IN_PROGRESS';
}

/** ABORTED and EXPIRED are ends: this payment key will never move money. */
function endWithoutCharge({ status, failure }: TossPayment): ApprovalOutcome {
  if (status === 'EXPIRED') {
    // A confirm would now be answered with this code.
    const pgMessage = failure?.message ?? 'the time to confirm is over';
    return { kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT_SESSION', pgMessage };
  }
  const pgCode = failure?.code ?? 'ABORTED';
  const pgMessage = failure?.message ?? '';
  // Whatever was not the bank's or the buyer's doing leaves the buyer free to pay again, with a new payment key.
  const isBuyersSide = failure === null || ['declined', 'unknown'].includes(codeRuleOf(confirmRules, pgCode).class);
  return { kind: isBuyersSide ? 'declined' : 'refused', pgCode, pgMessage };
}

/** A payment that moved money, or waits for it, is believed only if it is the one that was asked for, in every field. */
function chargeOf(payment: TossPayment, request: ApprovalRequest, readAt: Date, where: string): ApprovalOutcome {
  const differing = differingFields(payment, request, Number(request.amount.krw));
  const charged = payment.balanceAmount;
  if (differing.join() === 'totalAmount' && payment.status === 'DONE' && charged === payment.totalAmount) {
    if (Number.isSafeInteger(charged) && charged !== null && charged > 0) return mischargedOf(payment, charged, readAt);
  }
  const isOurs = differing.every((field) => field === 'totalAmount');
  if (isOurs && isGivenBack(payment)) {
    // The code with which a confirm would now be refused.
    const pgMessage = `${where} says ${payment.status}: all that this payment key took went back, and it takes nothing more`;
    return { kind: 'refused', pgCode: 'ALREADY_PROCESSED_PAYMENT', pgMessage };
  }
  if (differing.length > 0) {
    return { kind: 'unknown', pgCode: null, reason: `${where} differs from the request in ${differing.join(', ')}` };
  }
  switch (payment.status) {
    case 'DONE':
      return {
        kind: 'approved',
        // An empty one names nothing; an event would be refused for it.
        pgTransactionId: payment.lastTransactionKey || null,
        // The charge is certain without it; the moment of reading it is the nearest known.
        approvedAt: payment.approvedAt ?? readAt,
        method: payment.method,
        receiptUrl: payment.receiptUrl,
      };
    case 'WAITING_FOR_DEPOSIT':
      return { kind: 'awaiting-deposit', account: virtualAccountOf(payment) };
    case 'CANCELED':
      return { kind: 'unknown', pgCode: null, reason: `${where} says CANCELED, and not that all of it went back` };
    case 'PARTIAL_CANCELED':
      return {
        kind: 'unknown',
        pgCode: null,
        reason: `${where} says PARTIAL_CANCELED: money came, and went in part, without us; certain once the rest went back, too`,
      };
    default:
      return { kind: 'unknown', pgCode: null, reason: `${where} has the status ${payment.status.slice(0, 30)}` };
  }
}

/**
 * An end, of any amount: all of it went back, by us after another attempt or by somebody in Toss's admin. What went back in
 * parts may keep the status of a part, and then its cancels have to add up.
 */
function isGivenBack({ status, totalAmount, balanceAmount, cancels }: TossPayment): boolean {
  const isDone = cancels.every(({ cancelStatus }) => cancelStatus === null || cancelStatus === 'DONE');
  if (balanceAmount !== 0 || cancels.length === 0 || !isDone) return false;
  const givenBack = cancels.reduce((sum, { cancelAmount }) => sum + (cancelAmount ?? Number.NaN), 0);
  return status === 'CANCELED' || (status === 'PARTIAL_CANCELED' && givenBack === totalAmount);
}

/** Everything is ours but the amount: what was taken can be named, and given back. */
function mischargedOf({ lastTransactionKey, approvedAt }: TossPayment, charged: number, readAt: Date): ApprovalOutcome {
  const amount = Money.krw(BigInt(charged));
  const pgTransactionId = lastTransactionKey || null;
  return { kind: 'mischarged', amount, pgTransactionId, approvedAt: approvedAt ?? readAt };
}

function outcomeOf(
  codeClass: ConfirmClass | 'in-flight' | 'unknown',
  pgCode: string,
  pgMessage: string,
): ApprovalOutcome | null {
  switch (codeClass) {
    case 'declined':
    case 'refused':
      return { kind: codeClass, pgCode, pgMessage };
    case 'not-charged':
      return notCharged('unavailable', pgCode, pgMessage);
    case 'misconfigured':
      return notCharged('misconfigured', pgCode, pgMessage);
    case 'in-flight':
    case 'unknown':
      return null;
  }
}

function notCharged(cause: 'misconfigured' | 'unavailable', pgCode: string | null, pgMessage: string): ApprovalOutcome {
  return { kind: 'not-charged', cause, pgCode, pgMessage };
}
