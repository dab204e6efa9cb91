import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiAnswer } from '@koosco/toss-conformance';
import { SandboxTarget } from '../testing/sandbox-target';
import { startTossSandbox, type TossSandbox } from '../sandbox';
import { documentedMerchant } from '../state/merchant-keys';
import { type Operation } from './code-catalogue';
import { cancelCodes, confirmCodes, idempotencyCodes, lookupCodes } from './code-tables';
import { type ErrorCode } from './error-code';

describe('the documented codes', () => {
  let sandbox: TossSandbox;
  let target: SandboxTarget;

  beforeAll(async () => {
    sandbox = await startTossSandbox({ clock: 'virtual', seed: 1 });
    target = await SandboxTarget.connect({ url: sandbox.url, ...documentedMerchant.keys[0]! });
  });
  afterAll(() => sandbox.close());

  it('have no duplicates', () => {
    for (const codes of [confirmCodes, cancelCodes, lookupCodes, idempotencyCodes]) {
      expect(new Set(codes.map(({ code }) => code)).size).toBe(codes.length);
    }
  });

  const ask: Record<Operation, (headers?: Record<string, string>) => Promise<ApiAnswer>> = {
    confirm: async (headers) => target.confirm(await target.authenticated(), headers),
    cancel: async (headers) => target.cancel((await target.approved()).paymentKey, { cancelReason: 'x' }, headers),
    lookup: async (headers) => target.get(`/v1/payments/${(await target.approved()).paymentKey}`, headers),
  };

  const rows = [
    ...confirmCodes.map((entry) => ['confirm', entry.code, entry] as const),
    ...cancelCodes.map((entry) => ['cancel', entry.code, entry] as const),
    ...lookupCodes.map((entry) => ['lookup', entry.code, entry] as const),
    ...idempotencyCodes.map((entry) => ['confirm', entry.code, entry] as const),
  ];
  it.each(rows)('%s: %s by test code and by the control plane, in both languages', async (operation, code, entry) => {
    const byHeader = await ask[operation]({ 'tosspayments-test-code': code, 'accept-language': 'en-US' });
    await target.sandbox.forceCode({ operation, code, effect: 'none', times: 1 });
    const byRule = await ask[operation]();
    expect([shown(byHeader), shown(byRule)]).toEqual([inEnglish(entry), inKorean(entry)]);
  });

  it.each(confirmCodes.map((entry) => [entry.code, entry] as const))(
    'confirm: %s by the outcome of the authentication; a decline aborts',
    async (code, entry) => {
      const payment = await target.authenticated(12_500, { outcome: { declineCode: code } });
      expect(shown(await target.confirm(payment))).toEqual(inKorean(entry));
      const { status, failure } = await target.sandbox.payment(payment.paymentKey);
      const aborted = { status: 'ABORTED', failure: { code, message: entry.korean } };
      expect({ status, failure }).toEqual(entry.declines === true ? aborted : { status: 'IN_PROGRESS', failure: null });
    },
  );

  it('a forced decline aborts the payment; a forced failure may hide a charge', async () => {
    const declined = await target.authenticated();
    await target.sandbox.forceCode({ operation: 'confirm', code: 'INVALID_STOPPED_CARD', orderId: declined.orderId });
    await target.confirm(declined);
    expect((await target.sandbox.payment(declined.paymentKey)).status).toBe('ABORTED');

    const hidden = await target.authenticated();
    const code = 'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING';
    await target.sandbox.forceCode({ operation: 'confirm', code, orderId: hidden.orderId, effect: 'processed' });
    expect((await target.confirm(hidden)).status).toBe(500);
    expect(sandbox.ledger().filter((row) => row.orderId === hidden.orderId)).toHaveLength(1);

    const refund = { operation: 'cancel', code: 'FAILED_REFUND_PROCESS', effect: 'processed' } as const;
    await target.sandbox.forceCode({ ...refund, paymentKey: hidden.paymentKey });
    expect((await target.cancel(hidden.paymentKey, { cancelReason: 'x' })).status).toBe(500);
    expect((await target.sandbox.payment(hidden.paymentKey)).balanceAmount).toBe(0);
  });

  it('that no table has cannot be forced', async () => {
    await expect(target.sandbox.forceCode({ operation: 'confirm', code: 'NO_SUCH_CODE' })).rejects.toThrow(
      'NO_SUCH_CODE',
    );
    await expect(target.authenticated(1_000, { outcome: { declineCode: 'NO_SUCH_CODE' } })).rejects.toThrow(
      'NO_SUCH_CODE',
    );
  });
});

const shown = ({ status, fields }: ApiAnswer) => ({ status, code: fields['code'], message: fields['message'] });
const inKorean = ({ httpStatus: status, code, korean: message }: ErrorCode) => ({ status, code, message });
const inEnglish = ({ httpStatus: status, code, english: message }: ErrorCode) => ({ status, code, message });
