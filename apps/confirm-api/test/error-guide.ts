import { type commonErrorCodes, type paymentErrorCodes } from '../src/adapters/http/errors/error-codes';

/** What one answer means to whoever is told it. */
export interface ErrorMeaning {
  /** `details.outcome` that tells it from others of the same code. */
  readonly outcome?: 'none' | 'charged' | 'not-charged' | 'declined' | 'refunded' | 'unknown';
  readonly cause: string;
  /** Whether money of the buyer stands charged for the payment. */
  readonly money: string;
  /** Whether and how the client may try again. */
  readonly again: string;
}

const untouched = 'as before';
const no = 'no';

/** docs/errors.md derives from this and from the table that the service answers from. */
export const errorGuide: {
  readonly [Name in keyof typeof paymentErrorCodes | keyof typeof commonErrorCodes]: readonly ErrorMeaning[];
} = {
  INVALID_PAYMENT_AMOUNT: [
    {
      cause: "confirm: not the payment's amount; Toss was not asked",
      money: no,
      again: 'with the amount of the checkout',
    },
    {
      outcome: 'charged',
      cause: 'cancel: nothing, or more than is left and not reserved by other refunds',
      money: 'yes',
      again: 'with at most `remainingAmount` of the payment',
    },
  ],
  INVALID_PAYMENT_STATUS: [
    { outcome: 'none', cause: 'cancel: nothing was paid', money: no, again: 'no; there is nothing to give back' },
  ],
  PAYMENT_NOT_READY: [
    { cause: 'failed or cancelled before: cannot be paid any more', money: no, again: 'no; the buyer orders anew' },
  ],
  INVALID_PAYMENT_REQUEST: [
    {
      outcome: 'not-charged',
      cause: 'Toss does not accept the payment key (`details.pgCode`): unknown, expired, of another order',
      money: no,
      again: 'after the payment window, with a new payment key',
    },
  ],
  PAYMENT_NOT_FOUND: [{ cause: "no such payment, or somebody else's", money: untouched, again: no }],
  DUPLICATE_PAYMENT_REQUEST: [
    {
      cause: 'another confirm of this payment is at work, or its outcome is not known yet',
      money: 'perhaps',
      again: 'the same, after `Retry-After`',
    },
    {
      outcome: 'unknown',
      cause: 'a refund of this payment is under way, whose end must be known first',
      money: 'perhaps',
      again: 'the same, after `Retry-After`; or read `Location`',
    },
  ],
  PAYMENT_ALREADY_APPROVED: [
    { cause: 'paid already, with another payment key', money: 'yes, once', again: 'no; show it as paid' },
  ],
  PAYMENT_ALREADY_CANCELED: [
    { outcome: 'refunded', cause: 'everything was given back before', money: 'no, it went back', again: no },
  ],
  AWAITING_DEPOSIT: [
    {
      outcome: 'none',
      cause: 'a virtual account of this payment waits for the transfer; `Location` shows it',
      money: 'not yet',
      again: 'no; show the account',
    },
  ],
  IDEMPOTENCY_KEY_REUSED: [
    {
      cause: 'the `Idempotency-Key` was given to another body before',
      money: untouched,
      again: 'with a key of its own',
    },
  ],
  CANCEL_REFUSED: [
    {
      outcome: 'charged',
      cause: "Toss or the buyer's bank does not allow the refund (`details.pgCode`, `details.pgMessage`)",
      money: 'yes',
      again: 'only with something changed, such as `refundReceiveAccount`',
    },
  ],
  PAYMENT_GATEWAY_ERROR: [
    {
      outcome: 'declined',
      cause: 'confirm: the bank said no; the payment is `FAILED`',
      money: no,
      again: 'no; the buyer orders anew',
    },
    { outcome: 'not-charged', cause: 'confirm: a reason on our side or at Toss', money: no, again: 'the same, later' },
    {
      outcome: 'charged',
      cause: 'cancel: a reason on our side or at Toss',
      money: 'yes',
      again: 'yes, later; with a new `Idempotency-Key`',
    },
    {
      outcome: 'unknown',
      cause: 'no readable answer: the money may have moved, and we keep asking Toss',
      money: 'perhaps',
      again:
        'confirm: the same, after `Retry-After`. Cancel: the same with the same `Idempotency-Key`; without one read `Location`, never ask again',
    },
  ],
  UNREADABLE_REQUEST: [{ cause: 'the request, its path or its body cannot be read', money: untouched, again: no }],
  REQUEST_TIMEOUT: [{ cause: 'the request did not arrive in full within 15 s', money: untouched, again: 'yes' }],
  BODY_TOO_LARGE: [{ cause: 'more than 16 KB', money: untouched, again: no }],
  UNSUPPORTED_MEDIA_TYPE: [{ cause: 'not `application/json`, or compressed', money: untouched, again: no }],
  EXPECTATION_FAILED: [{ cause: 'an `Expect` other than `100-continue`', money: untouched, again: no }],
  HEADERS_TOO_LARGE: [{ cause: 'more than 16 KB of headers, or too long an address', money: untouched, again: no }],
  INVALID_FIELDS: [{ cause: 'wrong fields; `fieldErrors` names them', money: untouched, again: 'with those mended' }],
  UNAUTHENTICATED: [{ cause: 'no bearer token', money: untouched, again: 'after logging in' }],
  INVALID_TOKEN: [{ cause: 'a token that proves nothing', money: untouched, again: 'after logging in' }],
  EXPIRED_TOKEN: [{ cause: 'an expired token', money: untouched, again: 'with a new token' }],
  FORBIDDEN: [{ cause: 'for administrators only', money: untouched, again: no }],
  NOT_FOUND: [{ cause: 'no such route', money: untouched, again: no }],
  METHOD_NOT_ALLOWED: [{ cause: 'not with this method; see `Allow`', money: untouched, again: no }],
  TOO_MANY_REQUESTS: [
    {
      cause: 'too many requests of one user, or about one order',
      money: untouched,
      again: 'the same, after `Retry-After`',
    },
  ],
  INTERNAL: [
    {
      cause: "our mistake; the log has it under the answer's `X-Correlation-Id`",
      money: 'perhaps',
      again: 'a confirm: yes, it cannot charge twice. A cancel: with its `Idempotency-Key`',
    },
  ],
  UNAVAILABLE: [
    {
      cause: 'the database is away',
      money: 'perhaps, if it went away in the middle',
      again: 'the same, after `Retry-After`; a cancel with its `Idempotency-Key`',
    },
  ],
};
