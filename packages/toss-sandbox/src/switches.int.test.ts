import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type ApiAnswer } from '@koosco/toss-conformance';
import { SandboxTarget } from './testing/sandbox-target';
import { showEveryPosition, type Stage, type SwitchBehaviours, type WebhookSwitch } from './testing/switch-behaviours';
import { startTossSandbox, type TossSandbox } from './sandbox';
import { documentedMerchant } from './state/merchant-keys';
import { switchesWith, type SwitchName } from './switches';

const minuteMs = 60_000;
const reason = { cancelReason: 'test' };
const said = ({ fields }: ApiAnswer) => (fields['code'] ?? fields['status']) as string;

/** The second comes while the first is carried out, and has its answer before that goes on, if it can have one. */
async function twoAtOnce({ sandbox, target }: Stage, ask: () => Promise<ApiAnswer>, route: 'confirm' | 'cancel') {
  const held = await target.sandbox.addFault({ route, times: 1, fault: { kind: 'hold', stage: 'during' } });
  const before = await requestsTo(sandbox);
  const asked = [ask(), ask()];
  while ((await requestsTo(sandbox)) < before + asked.length);
  await target.roundTrips();
  await target.sandbox.removeFault(held);
  const answers = await Promise.all(asked);
  return answers.map((answer) => `${answer.status} ${said(answer)}`).sort();
}

async function requestsTo({ url }: TossSandbox): Promise<number> {
  return ((await (await fetch(`${url}/__sim/requests`)).json()) as unknown[]).length;
}

/** The statuses of two requests with one key, the first of which meets the rule. */
async function sameKeyTwice({ target }: Stage, headers: Record<string, string>, first: () => Promise<unknown>) {
  const payment = await target.authenticated();
  const key = { 'idempotency-key': randomUUID() };
  await first();
  const before = await target.confirm(payment, { ...key, ...headers });
  const again = await target.confirm(payment, { ...key, ...headers });
  return [before.status, again.status];
}

const behaviours: SwitchBehaviours<Exclude<SwitchName, WebhookSwitch>> = {
  amountMismatch: {
    observe: async ({ target }) => said(await target.confirm({ ...(await target.authenticated()), amount: 1 })),
    expected: { INVALID_REQUEST: 'INVALID_REQUEST', FORBIDDEN_REQUEST: 'FORBIDDEN_REQUEST' },
  },
  concurrentConfirm: {
    observe: async (stage) => {
      const payment = await stage.target.authenticated();
      return twoAtOnce(stage, () => stage.target.confirm(payment), 'confirm');
    },
    expected: {
      ALREADY_PROCESSING_REQUEST: ['200 DONE', '400 ALREADY_PROCESSING_REQUEST'],
      S008: ['200 DONE', '500 FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING'],
    },
  },
  concurrentCancel: {
    observe: async (stage) => {
      const { paymentKey } = await stage.target.approved(1_000);
      return twoAtOnce(stage, () => stage.target.cancel(paymentKey, { ...reason, cancelAmount: 300 }), 'cancel');
    },
    expected: {
      FORBIDDEN_CONSECUTIVE_REQUEST: ['200 PARTIAL_CANCELED', '403 FORBIDDEN_CONSECUTIVE_REQUEST'],
      serialised: ['200 PARTIAL_CANCELED', '200 PARTIAL_CANCELED'],
    },
  },
  abortedReconfirm: {
    observe: async ({ target }) => {
      const payment = await target.authenticated(1_000, { outcome: { declineCode: 'INVALID_STOPPED_CARD' } });
      await target.confirm(payment);
      return said(await target.confirm(payment));
    },
    expected: {
      ALREADY_PROCESSED_PAYMENT: 'ALREADY_PROCESSED_PAYMENT',
      NOT_FOUND_PAYMENT_SESSION: 'NOT_FOUND_PAYMENT_SESSION',
    },
  },
  confirmFailureAborts: {
    observe: async ({ target }) => {
      const payment = await target.authenticated(1_000, { outcome: { declineCode: 'PROVIDER_ERROR', times: 1 } });
      await target.confirm(payment);
      return (await target.sandbox.payment(payment.paymentKey)).status;
    },
    expected: { declines: 'IN_PROGRESS', 'every-failure': 'ABORTED' },
  },
  foreignKey: {
    observe: async ({ sandbox, target }) => {
      const apiPair = documentedMerchant.keys[1]!;
      const other = await SandboxTarget.connect({ url: sandbox.url, ...apiPair });
      return said(await other.confirm(await target.authenticated()));
    },
    expected: {
      FORBIDDEN_REQUEST: 'FORBIDDEN_REQUEST',
      INVALID_API_KEY: 'INVALID_API_KEY',
      UNAUTHORIZED_KEY: 'UNAUTHORIZED_KEY',
    },
  },
  replayOf5xx: {
    observe: (stage) =>
      sameKeyTwice(stage, {}, () =>
        stage.target.sandbox.forceCode({ operation: 'confirm', code: 'FAILED_INTERNAL_SYSTEM_PROCESSING', times: 1 }),
      ),
    expected: { replayed: [500, 500], 'processed-anew': [500, 200] },
  },
  replayOf401: {
    observe: async ({ target }) => {
      // The two answers differ in nothing but their trace ids; a replay names the first one's too.
      const headers = { authorization: '', 'idempotency-key': randomUUID() };
      const cancel = () => target.cancel('nobody', reason, headers);
      await cancel();
      return ((await cancel()).headers.get('x-tosspayments-trace-id') ?? '').split(', ').length;
    },
    expected: { 'processed-anew': 1, replayed: 2 },
  },
  replayOf429: {
    observe: (stage) =>
      sameKeyTwice(stage, {}, () => stage.target.sandbox.addFault({ times: 1, fault: { kind: 'too-many-requests' } })),
    expected: { 'processed-anew': [429, 200], replayed: [429, 429] },
  },
  rateLimitPerMinute: {
    observe: async ({ target }) => {
      const statuses = new Set<number>();
      for (let request = 0; request < 101; request += 1) statuses.add((await target.get('/v1/payments/nobody')).status);
      await target.sandbox.advanceClock(minuteMs);
      return [...statuses, (await target.get('/v1/payments/nobody')).status];
    },
    expected: { off: [404, 404], '100': [404, 429, 404] },
  },
  rateLimitAnswer: {
    observe: async ({ target }) => {
      await target.sandbox.addFault({ fault: { kind: 'too-many-requests' } });
      return (await target.get('/v1/payments/nobody')).status;
    },
    expected: { '429': 429, FORBIDDEN_CONSECUTIVE_REQUEST: 403 },
  },
  lookupOfUnapproved: {
    observe: async ({ target }) => said(await target.get(`/v1/payments/${(await target.authenticated()).paymentKey}`)),
    expected: { returned: 'IN_PROGRESS', NOT_FOUND_PAYMENT: 'NOT_FOUND_PAYMENT' },
  },
  lookupBySharedOrderId: {
    observe: async ({ target }) => {
      const window = target.window();
      const attempts = [await target.sandbox.authenticate(window), await target.sandbox.authenticate(window)];
      attempts.push(await target.sandbox.authenticate(window));
      await target.confirm(attempts[1]!);
      const found = await target.get(`/v1/payments/orders/${window.orderId}`);
      return attempts.findIndex(({ paymentKey }) => paymentKey === found.fields['paymentKey']);
    },
    expected: { latest: 2, first: 0, approved: 1 },
  },
  orderIdReuseAfterFailure: {
    observe: async ({ target }) => {
      const { orderId } = await target.authenticated();
      await target.sandbox.advanceClock(10 * minuteMs);
      return target.authenticated(1_000, { orderId }).then(
        () => 'allowed',
        (error: unknown) => (error as { code: string }).code,
      );
    },
    expected: { allowed: 'allowed', DUPLICATED_ORDER_ID: 'DUPLICATED_ORDER_ID' },
  },
  duplicateOrderIdChecked: {
    observe: async ({ target }) => {
      const window = target.window();
      const attempts = [await target.sandbox.authenticate(window), await target.sandbox.authenticate(window)];
      return [said(await target.confirm(attempts[0]!)), said(await target.confirm(attempts[1]!))];
    },
    expected: { 'creation-and-confirm': ['DONE', 'DUPLICATED_ORDER_ID'], creation: ['DONE', 'DONE'] },
  },
  orderIdAlphabet: {
    observe: ({ target }) =>
      target.authenticated(1_000, { orderId: `a=b-${randomUUID()}` }).then(
        () => 'allowed',
        (error: unknown) => (error as { code: string }).code,
      ),
    expected: { 'without-equals': 'INVALID_ORDER_ID', 'with-equals': 'allowed' },
  },
  numericOrderId: {
    observe: async ({ target }) => {
      const { paymentKey, amount } = await target.authenticated(1_000, { orderId: '123456' });
      return said(await target.post('/v1/payments/confirm', { paymentKey, orderId: 123_456, amount }));
    },
    expected: { INVALID_REQUEST: 'INVALID_REQUEST', coerced: 'DONE' },
  },
  testCodeMutates: {
    observe: async ({ target }) => {
      const payment = await target.authenticated();
      await target.confirm(payment, { 'tosspayments-test-code': 'REJECT_CARD_COMPANY' });
      return (await target.sandbox.payment(payment.paymentKey)).status;
    },
    expected: { no: 'IN_PROGRESS', yes: 'ABORTED' },
  },
  secretOnVirtualAccountLookup: {
    observe: async ({ target }) => {
      const payment = await target.authenticated(1_000, { method: 'VIRTUAL_ACCOUNT' });
      const confirmed = await target.confirm(payment);
      const found = await target.get(`/v1/payments/${payment.paymentKey}`);
      return [typeof confirmed.fields['secret'], typeof (found.fields['secret'] ?? undefined)];
    },
    expected: { null: ['string', 'undefined'], value: ['string', 'string'] },
  },
  easyPayCard: {
    observe: async ({ target }) => {
      const answer = await target.confirm(await target.authenticated(1_000, { method: 'EASY_PAY' }));
      return [answer.fields['method'], answer.fields['card'] === null];
    },
    expected: { null: ['간편결제', true], present: ['간편결제', false] },
  },
  expiredUseEscrow: {
    observe: async ({ target }) => {
      const { paymentKey } = await target.authenticated();
      await target.sandbox.advanceClock(10 * minuteMs);
      return (await target.get(`/v1/payments/${paymentKey}`)).fields['useEscrow'];
    },
    expected: { null: null, false: false },
  },
  unauthorizedData: {
    observe: async ({ target }) => Object.keys((await target.get('/v1/payments/x', { authorization: '' })).fields),
    expected: { absent: ['code', 'message'], null: ['code', 'message', 'data'] },
  },
  unknownFields: {
    observe: async ({ target }) => 'loyalty' in (await target.confirm(await target.authenticated())).fields,
    expected: { absent: false, present: true },
  },
  transactionsVisible: {
    observe: async ({ target }) => {
      await target.approved();
      const list = async () => {
        const answer = await target.get('/v1/transactions?startDate=2020-01-01T00:00:00&endDate=2099-01-01T00:00:00');
        return (JSON.parse(answer.text) as unknown[]).length;
      };
      const atOnce = await list();
      await target.sandbox.advanceClock(minuteMs);
      return [atOnce, await list()];
    },
    expected: { 'at-once': [1, 1], 'after-60-s': [0, 1] },
  },
  transactionCancelAmount: {
    observe: async ({ target }) => {
      await target.cancel((await target.approved(1_000)).paymentKey, { ...reason, cancelAmount: 400 });
      const answer = await target.get('/v1/transactions?startDate=2020-01-01T00:00:00&endDate=2099-01-01T00:00:00');
      return (JSON.parse(answer.text) as { amount: number }[]).map(({ amount }) => amount);
    },
    expected: { positive: [1_000, 400], negative: [1_000, -400] },
  },
};

describe('switches', () => {
  showEveryPosition(behaviours);

  it('refuse unknown names and positions, by name', async () => {
    expect(() => switchesWith({ noSuchSwitch: 'on' })).toThrow('noSuchSwitch');
    expect(() => switchesWith({ numericOrderId: 'on' })).toThrow(/numericOrderId.*INVALID_REQUEST, coerced/);
    const sandbox = await startTossSandbox();
    await expect(sandbox.control.setSwitches({ easyPayCard: 'maybe' as 'null' })).rejects.toThrow('easyPayCard');
    await sandbox.close();
  });
});
