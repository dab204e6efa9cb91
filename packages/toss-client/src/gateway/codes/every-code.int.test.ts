import { type RefundRequest } from '@koosco/payment-application';
import { Money } from '@koosco/payment-domain';
import { cancelCodes, confirmCodes, idempotencyCodes, lookupCodes } from '@koosco/toss-sandbox';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type AuthenticatedRequest, realClock, SandboxWorld, soleOwner } from '../../testing/sandbox-world';
import { cancelRules } from '../refund/cancel-rules';
import { confirmRules } from '../charge/confirm-rules';
import { lookUpRules } from './look-up-rules';
import { TossPaymentGateway } from '../charge/toss-payment-gateway';
import { TossRefundGateway } from '../refund/toss-refund-gateway';

/**
 * What each code comes to when Toss answers with it, and its books then show that nothing was done: a table that people read
 * and review. `WRITE_CODES=1` writes it as it is seen.
 */
const TABLE = join(__dirname, 'every-code.txt');
const isToWrite = process.env['WRITE_CODES'] === '1';
const expected = new Map(
  readFileSync(TABLE, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
    .map(([operation = '', code = '', word = '']) => [`${operation} ${code}`, word]),
);
const seen: string[] = [];

function expectWord(operation: string, code: string, word: string): void {
  seen.push(`${operation.padEnd(9)}${code.padEnd(54)}${word}`);
  const words = isToWrite ? word : expected.get(`${operation} ${code}`);
  expect({ code, word }).toEqual({
    code,
    word: words ?? 'none in every-code.txt: WRITE_CODES=1 writes it, for review',
  });
}

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
afterAll(async () => {
  if (isToWrite) writeFileSync(TABLE, `${seen.join('\n')}\n`);
  await world.close();
});

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
  it('is in the table once, and those of the idempotency key beside it', () => {
    expect([...confirmRules.keys()].sort()).toEqual(confirmCodes.map(({ code }) => code).sort());
  });

  it.each([...confirmCodes, ...idempotencyCodes])(
    '$httpStatus $code, and nothing was done',
    async ({ code, httpStatus, korean }) => {
      const request = await world.authenticate();
      await world.sandbox.control.forceCode({ operation: 'confirm', code, orderId: request.pgOrderId, effect: 'none' });
      const answer = await world.client.confirm(confirmOf(request), `other-${request.idempotencyKey}`);
      expect(answer).toMatchObject({ kind: 'error', code, httpStatus, message: korean });

      const outcome = await payments.approve(request, soleOwner());
      expectWord('confirm', code, wordOf(outcome));
      if (code !== 'IDEMPOTENT_REQUEST_PROCESSING') expect(outcome).toMatchObject({ pgCode: code });
      expect(world.moneyOf(request.paymentKey).charges).toBe(0);
    },
  );

  const notFinal = confirmCodes.filter(({ code }) => confirmRules.get(code)?.then !== 'stop');
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
  it('is in the table once', () => {
    expect([...cancelRules.keys()].sort()).toEqual(cancelCodes.map(({ code }) => code).sort());
  });

  it.each([...cancelCodes, ...idempotencyCodes])(
    '$httpStatus $code, and nothing was done',
    async ({ code, httpStatus, korean }) => {
      const request = await charged();
      const { paymentKey } = request;
      await world.sandbox.control.forceCode({ operation: 'cancel', code, paymentKey, effect: 'none' });
      const answer = await world.client.cancel({ paymentKey, cancelReason: '변심' }, `other-${paymentKey}`);
      expect(answer).toMatchObject({ kind: 'error', code, httpStatus, message: korean });

      const outcome = await refunds.refund(refundOf(request, 3_000n), soleOwner());
      expectWord('cancel', code, wordOf(outcome));
      if (code !== 'IDEMPOTENT_REQUEST_PROCESSING') expect(outcome).toMatchObject({ pgCode: code });
      expect(world.moneyOf(paymentKey).refunds).toBe(0);
    },
  );

  const notFinal = cancelCodes.filter(({ code }) => cancelRules.get(code)?.then !== 'stop');
  it.each(notFinal)('$httpStatus $code, and the money went back all the same: refunded', async ({ code }) => {
    const request = await charged();
    const { paymentKey } = request;
    await world.sandbox.control.forceCode({ operation: 'cancel', code, paymentKey, times: 1, effect: 'processed' });
    expect(await refunds.refund(refundOf(request, 3_000n), soleOwner())).toMatchObject({ kind: 'refunded' });
    expect(world.moneyOf(paymentKey)).toMatchObject({ refunds: 1, refunded: 3_000 });
  });
});

describe('every code of a look-up', () => {
  it('is in the table once', () => {
    expect([...lookUpRules.keys()].sort()).toEqual(lookupCodes.map(({ code }) => code).sort());
  });

  it.each(lookupCodes)('$httpStatus $code', async ({ code, httpStatus }) => {
    const request = await world.authenticate();
    await world.sandbox.control.forceCode({ operation: 'lookup', code, orderId: request.pgOrderId });
    const answer = await world.client.getByPaymentKey(request.paymentKey);
    expect(answer).toMatchObject({ kind: 'error', code, httpStatus });
    expect(await world.client.getByOrderId(request.pgOrderId)).toMatchObject({ kind: 'error', code, httpStatus });

    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    expect(await payments.lookUp(request)).toMatchObject({ kind: 'unknown', pgCode: code });
    const old = await payments.lookUp({ ...request, mayArriveUntil: minutesAgo(1) });
    expect(old).toMatchObject({ pgCode: code });
    expectWord('look-up', code, old.kind === 'unknown' ? 'unknown' : `${old.kind} once it is old`);
  });
});

it('stands in the table of words, and the table holds nothing else', () => {
  if (!isToWrite) expect([...expected.keys()].length).toBe(seen.length);
});
