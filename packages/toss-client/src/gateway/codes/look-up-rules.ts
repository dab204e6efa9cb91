/** What an error of a look-up says: that Toss has no such payment, or nothing about the payment at all. */
export interface LookUpRule {
  readonly class: 'absent' | 'unreadable' | 'misconfigured';
  readonly why: string;
}

/** Every code that Toss documents for both look-ups: 7. */
export const lookUpRules: ReadonlyMap<string, LookUpRule> = new Map<string, LookUpRule>([
  [
    'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT',
    { class: 'unreadable', why: 'documented, but no answer to a question' },
  ],
  ['UNAUTHORIZED_KEY', { class: 'misconfigured', why: 'Toss does not know the secret key' }],
  ['FORBIDDEN_CONSECUTIVE_REQUEST', { class: 'unreadable', why: 'asked too often; ask later' }],
  ['INCORRECT_BASIC_AUTH_FORMAT', { class: 'misconfigured', why: 'the authorization header is malformed' }],
  ['NOT_FOUND_PAYMENT', { class: 'absent', why: 'no such payment' }],
  ['NOT_FOUND', { class: 'absent', why: 'no such thing' }],
  ['FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING', { class: 'unreadable', why: 'Toss could not read its books' }],
]);

/** An undocumented error says nothing about the payment. */
export function lookUpRuleOf(code: string, rules = lookUpRules): LookUpRule {
  return rules.get(code) ?? { class: 'unreadable', why: 'not documented for this call' };
}
