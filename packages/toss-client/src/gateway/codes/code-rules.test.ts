import { type ApprovalRequest, type RefundRequest } from '@koosco/payment-application';
import { Money, OrderId, PgOrderId } from '@koosco/payment-domain';
import { describe, expect, it } from '@jest/globals';

import { type TossError } from '../../client/answers/toss-answer';
import { factOfConfirm } from '../charge/approval-facts';
import { cancelRules } from '../refund/cancel-rules';
import { confirmRules } from '../charge/confirm-rules';
import { lookUpRuleOf, lookUpRules } from './look-up-rules';
import { factOfCancel } from '../refund/refund-facts';

const now = new Date(0);
const common = { paymentKey: 'tgen_1', pgOrderId: PgOrderId.of(OrderId.of(1n)), idempotencyKey: 'k' };
const charge: ApprovalRequest = { ...common, amount: Money.krw(1n) };
const refund: RefundRequest = { ...charge, remainingBefore: Money.krw(1n), knownRefunds: [], reason: 'r' };

function error(code: string): TossError {
  return { kind: 'error', httpStatus: 400, code, message: '', answeredAt: null, traceId: null, secretKey: 'current' };
}

/** The codes whose row could go without a change in what is done: an unlisted code is treated like them. */
function idleRows<Rule>(
  rules: ReadonlyMap<string, Rule>,
  read: (code: string, rules: ReadonlyMap<string, Rule>) => unknown,
) {
  return [...rules.keys()].filter((code) => {
    const without = new Map(rules);
    without.delete(code);
    return JSON.stringify(read(code, without)) === JSON.stringify(read(code, rules));
  });
}

describe('the tables of codes', () => {
  it('decide: without its row, each code is read in another way, save those that mean no more than an unlisted one', () => {
    expect(idleRows(confirmRules, (code, rules) => factOfConfirm(error(code), charge, now, rules))).toEqual([
      'ALREADY_PROCESSED_PAYMENT',
      'ALREADY_PROCESSING_REQUEST',
    ]);
    expect(idleRows(cancelRules, (code, rules) => factOfCancel(error(code), refund, now, rules))).toEqual([
      'ALREADY_CANCELED_PAYMENT',
      'ALREADY_REFUND_PAYMENT',
      'NOT_MATCHES_REFUNDABLE_AMOUNT',
      'NOT_FOUND_PAYMENT',
    ]);
    expect(idleRows(lookUpRules, (code, rules) => lookUpRuleOf(code, rules).class)).toEqual([
      'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT',
      'FORBIDDEN_CONSECUTIVE_REQUEST',
      'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING',
    ]);
  });

  it('give a reason for every row', () => {
    for (const rules of [confirmRules, cancelRules, lookUpRules]) {
      for (const [code, { why }] of rules) expect(`${code}: ${why}`).toMatch(/: \S.{5,}/);
    }
  });
});
