import { type RefundRequest } from '@koosco/payment-application';
import { Money } from '@koosco/payment-domain';
import { cancelCodes, confirmCodes, type ErrorCode, idempotencyCodes, lookupCodes } from '@koosco/toss-sandbox';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type AuthenticatedRequest, realClock, SandboxWorld, soleOwner } from '../../testing/sandbox-world';
import { cancelRules } from '../refund/cancel-rules';
import { confirmRules } from '../charge/confirm-rules';
import { lookUpRules } from './look-up-rules';
import { TossPaymentGateway } from '../charge/toss-payment-gateway';
import { TossRefundGateway } from '../refund/toss-refund-gateway';

/** What a confirm comes to when Toss answers it with the code, and its books then show that nothing was done. */
const confirmWords: Record<string, readonly string[]> = {
  declined: [
    'INVALID_REJECT_CARD',
    'INVALID_CARD_EXPIRATION',
    'INVALID_STOPPED_CARD',
    'INVALID_CARD_LOST_OR_STOLEN',
    'INVALID_CARD_NUMBER',
    'INVALID_CARD_INSTALLMENT_PLAN',
    'EXCEED_MAX_CARD_INSTALLMENT_PLAN',
    'NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT',
    'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN',
    'NOT_ALLOWED_POINT_USE',
    'EXCEED_MAX_DAILY_PAYMENT_COUNT',
    'EXCEED_MAX_PAYMENT_AMOUNT',
    'EXCEED_MAX_AMOUNT',
    'EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT',
    'EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT',
    'EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT',
    'RESTRICTED_TRANSFER_ACCOUNT',
    'INVALID_ACCOUNT_INFO_RE_REGISTER',
    'REJECT_CARD_PAYMENT',
    'REJECT_ACCOUNT_PAYMENT',
    'REJECT_CARD_COMPANY',
    'REJECT_TOSSPAY_INVALID_ACCOUNT',
    'EXCEED_MAX_AUTH_COUNT',
    'EXCEED_MAX_ONE_DAY_AMOUNT',
    'INVALID_PASSWORD',
    'FDS_ERROR',
  ],
  refused: [
    'INVALID_REQUEST',
    'INVALID_AUTHORIZE_AUTH',
    'BELOW_MINIMUM_AMOUNT',
    'FORBIDDEN_REQUEST',
    'NOT_FOUND_PAYMENT',
    'NOT_FOUND_PAYMENT_SESSION',
  ],
  'not-charged unavailable': ['PROVIDER_ERROR', 'NOT_AVAILABLE_PAYMENT', 'NOT_AVAILABLE_BANK'],
  'not-charged misconfigured': [
    'INVALID_API_KEY',
    'NOT_FOUND_TERMINAL_ID',
    'INVALID_UNREGISTERED_SUBMALL',
    'NOT_REGISTERED_BUSINESS',
    'UNAUTHORIZED_KEY',
    'INCORRECT_BASIC_AUTH_FORMAT',
    'INVALID_IDEMPOTENCY_KEY',
  ],
  unknown: [
    'ALREADY_PROCESSED_PAYMENT',
    'ALREADY_PROCESSING_REQUEST',
    'UNAPPROVED_ORDER_ID',
    'CARD_PROCESSING_ERROR',
    'IDEMPOTENT_REQUEST_PROCESSING',
    'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING',
    'FAILED_INTERNAL_SYSTEM_PROCESSING',
    'UNKNOWN_PAYMENT_ERROR',
  ],
};

/** The same for a cancel. */
const cancelWords: Record<string, readonly string[]> = {
  refused: [
    'INVALID_REFUND_ACCOUNT_INFO',
    'INVALID_REFUND_ACCOUNT_NUMBER',
    'INVALID_BANK',
    'INVALID_REQUEST',
    'EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT',
    'REFUND_REJECTED',
    'FORBIDDEN_BANK_REFUND_REQUEST',
    'NOT_CANCELABLE_AMOUNT',
    'NOT_CANCELABLE_PAYMENT',
    'NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER',
    'EXCEED_MAX_REFUND_DUE',
    'EXCEED_CANCEL_LIMIT',
    'NOT_ALLOWED_PARTIAL_REFUND',
    'NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT',
  ],
  'not-refunded unavailable': ['PROVIDER_ERROR', 'FORBIDDEN_CONSECUTIVE_REQUEST', 'NOT_AVAILABLE_BANK'],
  'not-refunded misconfigured': [
    'UNAUTHORIZED_KEY',
    'INCORRECT_BASIC_AUTH_FORMAT',
    'FORBIDDEN_REQUEST',
    'INVALID_IDEMPOTENCY_KEY',
  ],
  unknown: [
    'ALREADY_CANCELED_PAYMENT',
    'ALREADY_REFUND_PAYMENT',
    'NOT_MATCHES_REFUNDABLE_AMOUNT',
    'NOT_FOUND_PAYMENT',
    'FAILED_REFUND_PROCESS',
    'FAILED_METHOD_HANDLING_CANCEL',
    'FAILED_PARTIAL_REFUND',
    'COMMON_ERROR',
    'FAILED_INTERNAL_SYSTEM_PROCESSING',
    'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING',
    'IDEMPOTENT_REQUEST_PROCESSING',
  ],
};

/** What a look-up comes to; "no such payment" is final only when the charge was asked for long ago. */
const lookUpWords: Record<string, readonly string[]> = {
  'refused once it is old': ['NOT_FOUND_PAYMENT', 'NOT_FOUND'],
  unknown: [
    'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT',
    'UNAUTHORIZED_KEY',
    'FORBIDDEN_CONSECUTIVE_REQUEST',
    'INCORRECT_BASIC_AUTH_FORMAT',
    'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING',
  ],
};

const rowsOf = (codes: readonly ErrorCode[], words: Record<string, readonly string[]>) =>
  codes.map((error) => ({ ...error, word: wordFor(words, error.code) }));
const wordFor = (words: Record<string, readonly string[]>, code: string): string =>
  Object.keys(words).find((word) => words[word]?.includes(code)) ?? 'no word expected';
const wordOf = (outcome: { kind: string; cause?: string }): string =>
  outcome.cause === undefined ? outcome.kind : `${outcome.kind} ${outcome.cause}`;

const quick = { rules: { settleMs: 2, retryDelayMs: 1, retryDelayMsMax: 1 } };
let world: SandboxWorld;
let payments: TossPaymentGateway;
let refunds: TossRefundGateway;

beforeAll(async () => {
  world = await SandboxWorld.start({}, { breakerFailures: 1_000_000 });
  payments = new TossPaymentGateway(world.client, realClock, quick);
  refunds = new TossRefundGateway(world.client, realClock, quick);
});
afterAll(() => world.close());

function confirmOf({ paymentKey, pgOrderId: orderId, amount }: AuthenticatedRequest) {
  return { paymentKey, orderId, amount: Number(amount.krw) };
}

function refundOf(charged: AuthenticatedRequest, amount: bigint): RefundRequest {
  const idempotencyKey = `refund-${charged.idempotencyKey}`;
  return {
    ...charged,
    amount: Money.krw(amount),
    remainingBefore: charged.amount,
    knownRefunds: [],
    reason: '변심',
    idempotencyKey,
  };
}

async function charged(): Promise<AuthenticatedRequest> {
  const request = await world.authenticate();
  expect(await payments.approve(request, soleOwner())).toMatchObject({ kind: 'approved' });
  return request;
}

describe('every code of a confirm', () => {
  it('is in the table once: 48, and 2 of the idempotency key beside it', () => {
    expect([...confirmRules.keys()].sort()).toEqual(confirmCodes.map(({ code }) => code).sort());
    expect(confirmRules.size).toBe(48);
  });

  it.each(rowsOf([...confirmCodes, ...idempotencyCodes], confirmWords))(
    '$httpStatus $code, and nothing was done: $word',
    async ({ code, httpStatus, korean, word }) => {
      const request = await world.authenticate();
      await world.sandbox.control.forceCode({ operation: 'confirm', code, orderId: request.pgOrderId, effect: 'none' });
      const answer = await world.client.confirm(confirmOf(request), `other-${request.idempotencyKey}`);
      expect(answer).toMatchObject({ kind: 'error', code, httpStatus, message: korean });

      const outcome = await payments.approve(request, soleOwner());
      expect(wordOf(outcome)).toBe(word);
      if (code !== 'IDEMPOTENT_REQUEST_PROCESSING') expect(outcome).toMatchObject({ pgCode: code });
      expect(world.moneyOf(request.paymentKey).charges).toBe(0);
    },
  );

  const notFinal = rowsOf(confirmCodes, confirmWords).filter(({ code }) => confirmRules.get(code)?.then !== 'stop');
  it.each(notFinal)('$httpStatus $code, and the money moved all the same: approved', async ({ code }) => {
    const request = await world.authenticate();
    const times = { times: 1, effect: 'processed' } as const;
    await world.sandbox.control.forceCode({ operation: 'confirm', code, orderId: request.pgOrderId, ...times });
    expect(await payments.approve(request, soleOwner())).toMatchObject({ kind: 'approved' });
    expect(world.moneyOf(request.paymentKey)).toMatchObject({ charges: 1, charged: 10_000 });
  });

  it('heals a passing PROVIDER_ERROR with the second key', async () => {
    const request = await world.authenticate();
    const once = { orderId: request.pgOrderId, times: 1, effect: 'none' } as const;
    await world.sandbox.control.forceCode({ operation: 'confirm', code: 'PROVIDER_ERROR', ...once });
    expect(await payments.approve(request, soleOwner())).toMatchObject({ kind: 'approved' });
    expect(world.moneyOf(request.paymentKey).charges).toBe(1);
  });
});

describe('every code of a cancel', () => {
  it('is in the table once: 30', () => {
    expect([...cancelRules.keys()].sort()).toEqual(cancelCodes.map(({ code }) => code).sort());
    expect(cancelRules.size).toBe(30);
  });

  it.each(rowsOf([...cancelCodes, ...idempotencyCodes], cancelWords))(
    '$httpStatus $code, and nothing was done: $word',
    async ({ code, httpStatus, korean, word }) => {
      const request = await charged();
      const { paymentKey } = request;
      await world.sandbox.control.forceCode({ operation: 'cancel', code, paymentKey, effect: 'none' });
      const answer = await world.client.cancel({ paymentKey, cancelReason: '변심' }, `other-${paymentKey}`);
      expect(answer).toMatchObject({ kind: 'error', code, httpStatus, message: korean });

      const outcome = await refunds.refund(refundOf(request, 3_000n), soleOwner());
      expect(wordOf(outcome)).toBe(word);
      if (code !== 'IDEMPOTENT_REQUEST_PROCESSING') expect(outcome).toMatchObject({ pgCode: code });
      expect(world.moneyOf(paymentKey).refunds).toBe(0);
    },
  );

  const notFinal = rowsOf(cancelCodes, cancelWords).filter(({ code }) => cancelRules.get(code)?.then !== 'stop');
  it.each(notFinal)('$httpStatus $code, and the money went back all the same: refunded', async ({ code }) => {
    const request = await charged();
    const { paymentKey } = request;
    await world.sandbox.control.forceCode({ operation: 'cancel', code, paymentKey, times: 1, effect: 'processed' });
    expect(await refunds.refund(refundOf(request, 3_000n), soleOwner())).toMatchObject({ kind: 'refunded' });
    expect(world.moneyOf(paymentKey)).toMatchObject({ refunds: 1, refunded: 3_000 });
  });
});

describe('every code of a look-up', () => {
  it('is in the table once: 7', () => {
    expect([...lookUpRules.keys()].sort()).toEqual(lookupCodes.map(({ code }) => code).sort());
    expect(lookUpRules.size).toBe(7);
  });

  it.each(rowsOf(lookupCodes, lookUpWords))('$httpStatus $code: $word', async ({ code, httpStatus, word }) => {
    const request = await world.authenticate();
    await world.sandbox.control.forceCode({ operation: 'lookup', code, orderId: request.pgOrderId });
    const answer = await world.client.getByPaymentKey(request.paymentKey);
    expect(answer).toMatchObject({ kind: 'error', code, httpStatus });
    expect(await world.client.getByOrderId(request.pgOrderId)).toMatchObject({ kind: 'error', code, httpStatus });

    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    expect(await payments.lookUp(request)).toMatchObject({ kind: 'unknown', pgCode: code });
    const old = await payments.lookUp({ ...request, mayArriveUntil: minutesAgo(1) });
    expect(old).toMatchObject({ kind: word === 'unknown' ? 'unknown' : 'refused', pgCode: code });
  });
});
