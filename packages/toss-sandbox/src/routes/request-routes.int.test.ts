import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LoggedRequest } from '../state/request-log';
import { startTossSandbox, type TossSandbox } from '../sandbox';
import { documentedMerchant } from '../state/merchant-keys';
import { SandboxTarget } from '../testing/sandbox-target';

const [{ clientKey, secretKey }] = documentedMerchant.keys as [{ clientKey: string; secretKey: string }];

describe('what the sandbox tells of its requests', () => {
  let sandbox: TossSandbox;
  let target: SandboxTarget;
  beforeAll(async () => {
    sandbox = await startTossSandbox({ seed: 1 });
    target = await SandboxTarget.connect({ url: sandbox.url, clientKey, secretKey });
  });
  afterAll(() => sandbox.close());

  const requests = async () =>
    (await (await fetch(`${sandbox.url}/__sim/requests`)).json()) as readonly LoggedRequest[];

  it('is the body, the idempotency key and the answer, the newest first, and no whole payment key', async () => {
    const paid = await sandbox.control.authenticate({ ...target.window(), amount: 5_000 });
    await sandbox.control.addFault({ route: 'confirm', times: 1, fault: { kind: 'drop-response' } });
    const confirm = () =>
      fetch(`${sandbox.url}/v1/payments/confirm`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`,
          'content-type': 'application/json',
          'idempotency-key': 'key-1',
        },
        body: JSON.stringify(paid),
      });
    await expect(confirm()).rejects.toThrow();
    await confirm();
    const [answered, lost] = await requests();
    const asked = { method: 'POST', path: '/v1/payments/confirm', idempotencyKey: 'key-1' };
    const body = { orderId: paid.orderId, amount: 5_000, paymentKey: expect.stringMatching(/^.{4}….{4}$/) };
    expect(lost).toMatchObject({ ...asked, body, faults: ['drop-response'], status: 'lost', answer: null });
    expect(answered).toMatchObject({ ...asked, body, faults: [], status: 200 });
    expect(answered!.answer).toContain(paid.orderId);
    expect(JSON.stringify(await requests())).not.toContain(paid.paymentKey);
  });
});
