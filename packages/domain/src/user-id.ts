import { RuleViolation } from './rule-violation';

/** The platform's id of a buyer: a positive signed 64-bit integer. */
export type UserId = bigint & { readonly __brand: 'UserId' };

const MAX = 9_223_372_036_854_775_807n;

export const UserId = {
  /** @throws RuleViolation `INVALID_IDENTIFIER` outside 1 to 2^63 - 1. */
  of(value: bigint): UserId {
    if (value < 1n || value > MAX) throw new RuleViolation('INVALID_IDENTIFIER', `not a user id: ${value}`);
    return value as UserId;
  },
};
