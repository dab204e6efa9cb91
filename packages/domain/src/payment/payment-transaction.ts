import { type Money } from '../money';
import { RuleViolation } from '../rule-violation';

export type PaymentTransactionType = 'APPROVAL' | 'CANCEL';
export type PaymentTransactionStatus = 'SUCCESS' | 'FAILED';

/** One movement of money, or the failure of one, as the gateway reported it. Written once, never changed. */
export class PaymentTransaction {
  private constructor(
    readonly type: PaymentTransactionType,
    readonly status: PaymentTransactionStatus,
    /** The gateway's key of this movement; null for an order of 0 won, which no gateway saw, and where the gateway gave none. */
    readonly pgTransactionId: string | null,
    readonly amount: Money,
    readonly occurredAt: Date,
  ) {}

  static approval(fact: { pgTransactionId: string | null; amount: Money; occurredAt: Date }): PaymentTransaction {
    return new PaymentTransaction('APPROVAL', 'SUCCESS', fact.pgTransactionId, fact.amount, fact.occurredAt);
  }

  static declinedApproval(fact: { amount: Money; occurredAt: Date }): PaymentTransaction {
    return new PaymentTransaction('APPROVAL', 'FAILED', null, fact.amount, fact.occurredAt);
  }

  /** @throws RuleViolation `INVALID_PAYMENT_AMOUNT` for 0 won: a refund of nothing is a mistake of the caller. */
  static cancellation(fact: { pgTransactionId: string; amount: Money; occurredAt: Date }): PaymentTransaction {
    if (fact.amount.isZero) throw new RuleViolation('INVALID_PAYMENT_AMOUNT', 'a cancellation must move money');
    return new PaymentTransaction('CANCEL', 'SUCCESS', fact.pgTransactionId, fact.amount, fact.occurredAt);
  }
}
