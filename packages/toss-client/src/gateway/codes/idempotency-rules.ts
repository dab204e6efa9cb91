import { type CodeRule } from './code-rule';

/** What Toss may answer to any POST because of its idempotency key; documented with the header, not with a call. */
export const idempotencyRules: ReadonlyMap<string, CodeRule<'in-flight' | 'misconfigured'>> = new Map([
  ['IDEMPOTENT_REQUEST_PROCESSING', { class: 'in-flight', then: 'same-key', why: 'this very request is at work' }],
  ['INVALID_IDEMPOTENCY_KEY', { class: 'misconfigured', then: 'stop', why: 'our idempotency key is not acceptable' }],
]);
