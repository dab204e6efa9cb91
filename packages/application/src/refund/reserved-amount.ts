import { Money, type Refund } from '@koosco/payment-domain';

/** What the refunds under way may still take from the payment itself. Those of unapplied charges take nothing from it. */
export function reservedAmount(unresolved: readonly Refund[]): Money {
  return unresolved
    .filter(({ state }) => state.attemptId === null)
    .reduce((sum, { state }) => sum.plus(state.amount), Money.zero);
}
