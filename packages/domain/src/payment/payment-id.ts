import { RuleViolation } from '../rule-violation';

/** The id of a payment that other services and the front end see: a UUID, lower case. */
export type PaymentId = string & { readonly __brand: 'PaymentId' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const PaymentId = {
  /** @throws RuleViolation `INVALID_IDENTIFIER` when the text is not a lower-case UUID. */
  of(text: string): PaymentId {
    if (!UUID.test(text)) throw new RuleViolation('INVALID_IDENTIFIER', 'not a payment id');
    return text as PaymentId;
  },
  is(text: string): text is PaymentId {
    return UUID.test(text);
  },
};
