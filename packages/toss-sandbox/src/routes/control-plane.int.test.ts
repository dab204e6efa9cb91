import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SandboxTarget } from '../testing/sandbox-target';
import { startTossSandbox, type TossSandbox } from '../sandbox';
import { documentedMerchant } from '../state/merchant-keys';
import { controlRoutes } from './control-routes';

describe('the control plane', () => {
  let sandbox: TossSandbox;
  let target: SandboxTarget;
  beforeAll(async () => {
    sandbox = await startTossSandbox({ seed: 1 });
    target = await SandboxTarget.connect({ url: sandbox.url, ...documentedMerchant.keys[0]! });
  });
  afterAll(() => sandbox.close());

  const post = async (path: string, body: string) => {
    const response = await fetch(`${sandbox.url}/__sim${path}`, { method: 'POST', body });
    return { status: response.status, ...((await response.json()) as { error?: { message: string } }) };
  };

  it('describes every route it serves, each under a name of its own', async () => {
    const document = (await (await fetch(`${sandbox.url}/__sim/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(controlRoutes.map(({ method, path }) => `${method} ${path}`).sort());
    const names = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('postSimPaymentsPaymentKeyReverseDeposit');
  });

  it.each([
    ['a misspelt property', '/clock/advance', '{"ms":1,"mss":2}', 'body: Unrecognized key: "mss"'],
    ['a wrong type', '/clock/advance', '{"ms":"1"}', 'body.ms: Invalid input: expected number, received string'],
    ['a missing property', '/clock/advance', '{}', 'body.ms: Invalid input: expected number, received undefined'],
    ['going back in time', '/clock/advance', '{"ms":-1}', 'body.ms: Too small: expected number to be >=0'],
    [
      'an unknown fault',
      '/faults',
      '{"fault":{"kind":"gremlin"}}',
      "body.fault.kind: Invalid discriminator value. Expected 'lose-request' |",
    ],
    [
      'a delay without a length',
      '/faults',
      '{"fault":{"kind":"delay"}}',
      'body.fault.delayMs: Invalid input: expected number, received undefined',
    ],
    ['what is not JSON', '/faults', '{', 'not JSON'],
    ['a webhook to nowhere', '/webhooks', '{"url":"ftp://x"}', 'body.url'],
  ])('refuses %s and says where', async (_name, path, body, message) => {
    const { status, error } = await post(path, body);
    expect({ status, message: error?.message }).toEqual({ status: 400, message: expect.stringContaining(message) });
  });

  it('refuses what the state of a payment forbids with 409, and what is not there with 404', async () => {
    const { paymentKey } = await target.approved();
    const status = async (run: Promise<unknown>) =>
      run.then(
        () => 200,
        (error: unknown) => (error as { status: number }).status,
      );
    expect([
      await status(target.sandbox.authenticate(paymentKey)),
      await status(target.sandbox.deposit(paymentKey)),
      await status(target.sandbox.reverseDeposit(paymentKey)),
      await status(target.sandbox.cancelInAdmin(paymentKey, 99_999)),
      await status(target.sandbox.payment('nobody')),
      await status(target.sandbox.removeFault('nobody')),
      await status(target.sandbox.resendWebhook('nobody')),
    ]).toEqual([409, 409, 409, 409, 404, 404, 404]);
  });

  it('streams the ledger, whole and from a row on', async () => {
    await target.approved();
    await target.approved();
    expect(await target.sandbox.ledger()).toEqual(sandbox.ledger());
    expect(await target.sandbox.ledger(2)).toEqual(sandbox.ledger().slice(1));
  });

  it('counts requests by route and status', async () => {
    await target.get('/v1/payments/nobody');
    const text = await (await fetch(`${sandbox.url}/__sim/metrics`)).text();
    expect(text).toMatch(/toss_sandbox_requests_total\{route="get-payment",status="404"\} 1/);
    expect(text).toMatch(/toss_sandbox_ledger_rows \d/);
  });

  it('keeps merchants apart: one cannot see, confirm or cancel what another has', async () => {
    const merchants = ['one', 'two'].map((mId) => ({
      mId,
      keys: [{ clientKey: `test_gck_${mId}`, secretKey: `test_gsk_${mId}` }],
    }));
    const isolated = await startTossSandbox({ merchants, seed: 1 });
    const [one, two] = await Promise.all(
      merchants.map(({ keys }) => SandboxTarget.connect({ url: isolated.url, ...keys[0]! })),
    );
    const [waiting, paid] = [await one!.authenticated(), await one!.approved()];
    const code = async (answer: Promise<{ fields: Readonly<Record<string, unknown>> }>) =>
      (await answer).fields['code'];
    expect([
      await code(two!.confirm(waiting)),
      await code(two!.cancel(paid.paymentKey, { cancelReason: 'x' })),
      await code(two!.get(`/v1/payments/${paid.paymentKey}`)),
      await code(two!.get(`/v1/payments/orders/${paid.orderId}`)),
    ]).toEqual(['NOT_FOUND_PAYMENT_SESSION', 'NOT_FOUND_PAYMENT', 'NOT_FOUND_PAYMENT', 'NOT_FOUND_PAYMENT']);
    const range = 'startDate=2020-01-01T00:00:00&endDate=2099-01-01T00:00:00';
    expect((await two!.get(`/v1/transactions?${range}`)).text).toBe('[]');
    await isolated.close();
  });
});
