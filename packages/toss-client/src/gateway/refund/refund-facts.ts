import { type RefundRequest } from '@koosco/payment-application';
import { type RefundedOutcome, type RefundOutcome } from '@koosco/payment-domain';

import { type TossAnswer, turnsAway, unsentByUs } from '../../client/answers/toss-answer';
import { type TossPayment } from '../../client/answers/toss-payment';
import { type CancelClass, cancelRules } from './cancel-rules';
import { codeRuleOf } from '../codes/code-rule-of';
import { differingFields } from '../differing-fields';
import { type LookUpFact, type SendFact } from '../protocol/money-protocol';

/** What the code of an error that an earlier worker received means for whoever continues. */
export function complaintOfCancel(code: string): {
  readonly mayUseNewKey: boolean;
  readonly ifNotDone: RefundOutcome | null;
} {
  const rule = codeRuleOf(cancelRules, code);
  return { mayUseNewKey: rule.then === 'look-up-then-new-key', ifNotDone: outcomeOf(rule.class, code, '') };
}

/** What the answer to a cancel proves about the refund that was asked for. */
export function factOfCancel(
  answer: TossAnswer<TossPayment>,
  request: RefundRequest,
  readAt: Date,
  rules = cancelRules,
): SendFact<RefundOutcome> {
  if (turnsAway(answer)) return { kind: 'turned-away' };
  switch (answer.kind) {
    case 'ok': {
      const fact = factOfRefundBooks(answer, request, readAt);
      if (fact.kind === 'final') return fact;
      return { kind: 'final', outcome: unknown('the answer to cancel does not show the refund') };
    }
    case 'error': {
      const rule = codeRuleOf(rules, answer.code);
      if (rule.then === 'same-key') return { kind: 'in-flight' };
      return { kind: 'complaint', then: rule.then, ifNotDone: outcomeOf(rule.class, answer.code, answer.message) };
    }
    case 'no-answer': {
      if (answer.phase !== 'not-sent') return { kind: 'no-answer' };
      const worthRepeating = !unsentByUs.some((cause) => cause === answer.cause);
      return { kind: 'not-sent', worthRepeating, outcome: notRefunded('unavailable', null, answer.cause) };
    }
  }
}

/**
 * What Toss's books prove about it. A refund carries no mark of ours, so it is told by what only it can be: a cancel
 * that our books do not hold yet, of this amount, leaving what this one would have left.
 */
export function factOfRefundBooks(
  answer: TossAnswer<TossPayment>,
  request: RefundRequest,
  readAt: Date,
): LookUpFact<RefundedOutcome | UnknownRefund> {
  // Only a charge can be refunded, so "no such payment" is no reading of this one.
  if (answer.kind !== 'ok') return { kind: 'unreadable' };
  const payment = answer.value;
  const differing = differingFields(payment, request);
  if (differing.length > 0) {
    return { kind: 'final', outcome: unknown(`Toss's payment differs from the request in ${differing.join(', ')}`) };
  }

  const amount = Number(request.amount.krw);
  const remainingBefore = Number(request.remainingBefore.krw);
  const ours = payment.cancels.find(
    (cancel) =>
      !request.knownRefunds.includes(cancel.transactionKey) &&
      cancel.cancelAmount === amount &&
      cancel.refundableAmount === remainingBefore - amount,
  );
  if (ours !== undefined) {
    if (ours.cancelStatus !== null && ours.cancelStatus !== 'DONE') {
      return { kind: 'final', outcome: unknown(`Toss is not done with the refund: ${ours.cancelStatus.slice(0, 30)}`) };
    }
    const refundedAt = ours.canceledAt ?? readAt;
    return { kind: 'final', outcome: { kind: 'refunded', pgTransactionId: ours.transactionKey, refundedAt } };
  }
  if (payment.balanceAmount === remainingBefore) return { kind: 'nothing-done' };
  return { kind: 'final', outcome: unknown('the remainder at Toss is not ours: it was changed by something else') };
}

type UnknownRefund = Extract<RefundOutcome, { kind: 'unknown' }>;

function outcomeOf(
  codeClass: CancelClass | 'in-flight' | 'unknown',
  pgCode: string,
  pgMessage: string,
): RefundOutcome | null {
  switch (codeClass) {
    case 'refused':
      return { kind: 'refused', pgCode, pgMessage };
    case 'not-refunded':
      return notRefunded('unavailable', pgCode, pgMessage);
    case 'misconfigured':
      return notRefunded('misconfigured', pgCode, pgMessage);
    case 'in-flight':
    case 'unknown':
      return null;
  }
}

function notRefunded(cause: 'misconfigured' | 'unavailable', pgCode: string | null, pgMessage: string): RefundOutcome {
  return { kind: 'not-refunded', cause, pgCode, pgMessage };
}

function unknown(reason: string): UnknownRefund {
  return { kind: 'unknown', pgCode: null, reason };
}
