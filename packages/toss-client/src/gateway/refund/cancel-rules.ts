import { type CodeRule } from '../codes/code-rule';

export type CancelClass = 'refused' | 'not-refunded' | 'in-flight' | 'unknown' | 'misconfigured';

type Rule = CodeRule<CancelClass>;
const refused = (why: string): Rule => ({ class: 'refused', then: 'stop', why });
const refusedUnlessDone = (why: string): Rule => ({ class: 'refused', then: 'look-up', why });
const misconfigured = (why: string): Rule => ({ class: 'misconfigured', then: 'stop', why });
const retryNow = (why: string): Rule => ({ class: 'not-refunded', then: 'look-up-then-new-key', why });
const retryLater = (why: string): Rule => ({ class: 'not-refunded', then: 'look-up', why });
const unknown = (why: string): Rule => ({ class: 'unknown', then: 'look-up-then-new-key', why });
const askOnly = (why: string): Rule => ({ class: 'unknown', then: 'look-up', why });

/** Every code that Toss documents for `POST /v1/payments/{paymentKey}/cancel`: 30. */
export const cancelRules: ReadonlyMap<string, Rule> = new Map([
  ['ALREADY_CANCELED_PAYMENT', askOnly('all was given back before; the answer does not say by whom')],
  ['ALREADY_REFUND_PAYMENT', askOnly('given back before; the answer does not say by whom')],
  ['INVALID_REFUND_ACCOUNT_INFO', refused('account number and holder do not match')],
  ['INVALID_REFUND_ACCOUNT_NUMBER', refused('no such account number')],
  ['INVALID_BANK', refused('no such bank')],
  ['INVALID_REQUEST', refused('the request does not fit the payment')],
  ['EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT', refused('less than the instant discount cannot be given back alone')],
  ['NOT_MATCHES_REFUNDABLE_AMOUNT', askOnly('the remainder is not what we believed, so another refund came between')],
  ['PROVIDER_ERROR', retryNow('a passing trouble of the card network')],
  ['REFUND_REJECTED', refused('the payment provider refuses the refund')],
  ['FORBIDDEN_BANK_REFUND_REQUEST', refused("the buyer's account takes no deposits")],
  ['UNAUTHORIZED_KEY', misconfigured('Toss does not know the secret key')],
  ['INCORRECT_BASIC_AUTH_FORMAT', misconfigured('the authorization header is malformed')],
  ['FORBIDDEN_REQUEST', misconfigured('the secret key may not touch this payment')],
  ['FORBIDDEN_CONSECUTIVE_REQUEST', retryLater('too many requests in a row; seconds do not help')],
  [
    'NOT_CANCELABLE_AMOUNT',
    refusedUnlessDone('more than is left, which is also what a refund already made looks like'),
  ],
  ['NOT_CANCELABLE_PAYMENT', refused('this payment cannot be cancelled')],
  ['NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER', refused('the buyer is a dormant member')],
  ['EXCEED_MAX_REFUND_DUE', refused('the time to refund is over')],
  ['EXCEED_CANCEL_LIMIT', refused('above the limit of refunds in our contract')],
  ['NOT_ALLOWED_PARTIAL_REFUND', refused('this method gives back all or nothing')],
  [
    'NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT',
    refused('nothing was deposited yet, so there are no parts to give back'),
  ],
  ['NOT_AVAILABLE_BANK', retryLater('the bank is closed; seconds do not help')],
  ['NOT_FOUND_PAYMENT', askOnly('it was charged, so Toss must know it: a person has to look')],
  ['FAILED_REFUND_PROCESS', unknown('the bank was slow or failed; the money may have gone')],
  ['FAILED_METHOD_HANDLING_CANCEL', unknown('the payment method failed somewhere in the middle')],
  ['FAILED_PARTIAL_REFUND', unknown('the bank failed somewhere in the middle')],
  ['COMMON_ERROR', unknown('failed somewhere inside Toss')],
  ['FAILED_INTERNAL_SYSTEM_PROCESSING', unknown('failed somewhere inside Toss')],
  ['FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING', unknown('failed somewhere inside Toss')],
]);
