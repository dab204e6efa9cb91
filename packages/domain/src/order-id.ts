import { RuleViolation } from './rule-violation';

/** Order-service's id of an order: a positive signed 64-bit integer. Never a `number`: above 2^53 that would be another order. */
export type OrderId = bigint & { readonly __brand: 'OrderId' };

const MAX = 9_223_372_036_854_775_807n;

export const OrderId = {
  max: MAX,
  /** @throws RuleViolation `INVALID_IDENTIFIER` outside 1 to 2^63 - 1. */
  of(value: bigint): OrderId {
    if (value < 1n || value > MAX) throw new RuleViolation('INVALID_IDENTIFIER', `not an order id: ${value}`);
    return value as OrderId;
  },
};
