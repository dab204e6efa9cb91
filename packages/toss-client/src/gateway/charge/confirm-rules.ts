import { type CodeRule } from '../codes/code-rule';

export type ConfirmClass = 'declined' | 'refused' | 'not-charged' | 'in-flight' | 'unknown' | 'misconfigured';

type Rule = CodeRule<ConfirmClass>;
const declined = (why: string): Rule => ({ class: 'declined', then: 'stop', why });
const refused = (why: string): Rule => ({ class: 'refused', then: 'stop', why });
const refusedIfAbsent = (why: string): Rule => ({ class: 'refused', then: 'look-up', why });
const misconfigured = (why: string): Rule => ({ class: 'misconfigured', then: 'stop', why });
const retryNow = (why: string): Rule => ({ class: 'not-charged', then: 'look-up-then-new-key', why });
const retryLater = (why: string): Rule => ({ class: 'not-charged', then: 'look-up', why });
const inFlightElsewhere = (why: string): Rule => ({ class: 'in-flight', then: 'look-up', why });
const unknown = (why: string): Rule => ({ class: 'unknown', then: 'look-up-then-new-key', why });
const askOnly = (why: string): Rule => ({ class: 'unknown', then: 'look-up', why });

/** Every code that Toss documents for `POST /v1/payments/confirm`: 48. Whether to retry is decided here and nowhere else. */
export const confirmRules: ReadonlyMap<string, Rule> = new Map([
  ['ALREADY_PROCESSED_PAYMENT', askOnly('approved or cancelled before; the answer does not say which')],
  ['ALREADY_PROCESSING_REQUEST', inFlightElsewhere('another request for this payment is at work')],
  ['PROVIDER_ERROR', retryNow('a 400 in name, but a passing trouble of the card network')],
  ['INVALID_REQUEST', refused('the request does not fit the payment')],
  ['INVALID_API_KEY', misconfigured('the secret key does not belong to this integration')],
  ['INVALID_AUTHORIZE_AUTH', refused('the buyer authenticated in a way that cannot be confirmed')],
  ['UNAPPROVED_ORDER_ID', unknown('Toss has seen the order but no approval yet')],
  ['BELOW_MINIMUM_AMOUNT', refused('too little for this method; another method may take it')],
  ['NOT_FOUND_TERMINAL_ID', misconfigured('our contract has no terminal id')],
  ['INVALID_UNREGISTERED_SUBMALL', misconfigured('our sub-mall is not registered')],
  ['NOT_REGISTERED_BUSINESS', misconfigured('our business number is not registered')],
  ['CARD_PROCESSING_ERROR', unknown('the card company failed somewhere in the middle')],
  ['NOT_AVAILABLE_PAYMENT', retryLater('not payable at this time of day; seconds do not help')],
  ['INVALID_REJECT_CARD', declined('the card company refuses the card')],
  ['INVALID_CARD_EXPIRATION', declined('wrong expiry date')],
  ['INVALID_STOPPED_CARD', declined('stopped card')],
  ['INVALID_CARD_LOST_OR_STOLEN', declined('lost or stolen card')],
  ['INVALID_CARD_NUMBER', declined('wrong card number')],
  ['INVALID_CARD_INSTALLMENT_PLAN', declined('wrong number of instalments')],
  ['EXCEED_MAX_CARD_INSTALLMENT_PLAN', declined('too many instalments')],
  ['NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT', declined('no instalments with this card or shop')],
  ['NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN', declined('no instalments with this card')],
  ['NOT_ALLOWED_POINT_USE', declined('card points cannot be used')],
  ['EXCEED_MAX_DAILY_PAYMENT_COUNT', declined('too many payments today')],
  ['EXCEED_MAX_PAYMENT_AMOUNT', declined('above what may be paid in a day')],
  ['EXCEED_MAX_AMOUNT', declined('above the limit of one payment')],
  ['EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT', declined('above what may be paid in a month')],
  ['EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT', declined('above what may be withdrawn in a day')],
  ['EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT', declined('above what may be withdrawn at once')],
  ['RESTRICTED_TRANSFER_ACCOUNT', declined('an account registered less than 12 hours ago')],
  ['INVALID_ACCOUNT_INFO_RE_REGISTER', declined('the account must be registered again')],
  ['UNAUTHORIZED_KEY', misconfigured('Toss does not know the secret key')],
  ['INCORRECT_BASIC_AUTH_FORMAT', misconfigured('the authorization header is malformed')],
  ['FORBIDDEN_REQUEST', refused('the payment belongs to another order or shop')],
  ['REJECT_CARD_PAYMENT', declined('limit reached or balance too low')],
  ['REJECT_ACCOUNT_PAYMENT', declined('balance too low')],
  ['REJECT_CARD_COMPANY', declined('the card company refuses the payment')],
  ['REJECT_TOSSPAY_INVALID_ACCOUNT', declined('the account is not registered for withdrawal')],
  ['EXCEED_MAX_AUTH_COUNT', declined('too many tries to authenticate')],
  ['EXCEED_MAX_ONE_DAY_AMOUNT', declined('above the limit of the day')],
  ['NOT_AVAILABLE_BANK', retryLater('the bank is closed; seconds do not help')],
  ['INVALID_PASSWORD', declined('wrong payment password')],
  ['FDS_ERROR', declined('held for suspected fraud')],
  ['NOT_FOUND_PAYMENT', refusedIfAbsent('Toss knows no such payment, and may merely be late to know it')],
  ['NOT_FOUND_PAYMENT_SESSION', refused('the time to confirm is over, or the payment key was made up')],
  ['FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING', unknown('also seen while an earlier request was still at work')],
  ['FAILED_INTERNAL_SYSTEM_PROCESSING', unknown('failed somewhere inside Toss')],
  ['UNKNOWN_PAYMENT_ERROR', unknown('the name says it')],
]);
