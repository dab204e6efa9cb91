import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxTarget } from '../testing/sandbox-target';
import { startTossSandbox, type TossSandbox } from '../sandbox';
import { documentedMerchant } from '../state/merchant-keys';
import { WebhookSink } from '../testing/webhook-sink';

const minuteMs = 60_000;
const header = (name: string) => `tosspayments-webhook-transmission-${name}`;

describe('webhooks', () => {
  let sandbox: TossSandbox;
  let target: SandboxTarget;
  let sink: WebhookSink;

  beforeEach(async () => {
    sink = await WebhookSink.open();
    sandbox = await startTossSandbox({ clock: 'virtual', seed: 1, webhookUrl: sink.url });
    target = await SandboxTarget.connect({ url: sandbox.url, ...documentedMerchant.keys[0]! });
  });
  afterEach(async () => {
    await sandbox.close();
    await sink.close();
  });

  const bodies = () => sink.webhooks.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  const statuses = () =>
    bodies().map((body) => (body['data'] as { status?: string } | undefined)?.status ?? body['status']);

  it('of a payment carry the three headers and the Payment, with a local time of up to six digits', async () => {
    const { paymentKey } = await target.approved();
    await sink.received(1);
    const [webhook] = sink.webhooks;
    expect(webhook!.headers[header('id')]).toMatch(/^whtrans_[0-9a-f]{32}$/);
    expect(webhook!.headers[header('time')]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/);
    expect(webhook!.headers[header('retried-count')]).toBe('0');
    const [{ eventType, createdAt, data, ...rest }] = bodies() as [Record<string, unknown>];
    expect({ eventType, rest }).toEqual({ eventType: 'PAYMENT_STATUS_CHANGED', rest: {} });
    expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?$/);
    expect(data).toEqual((await target.get(`/v1/payments/${paymentKey}`)).fields);
  });

  it('announce DONE, PARTIAL_CANCELED, CANCELED, ABORTED and EXPIRED, and nothing of a window', async () => {
    const { paymentKey } = await target.approved(1_000);
    await target.cancel(paymentKey, { cancelReason: 'x', cancelAmount: 400 });
    await target.sandbox.cancelInAdmin((await target.approved()).paymentKey);
    await target.confirm(await target.authenticated(1_000, { outcome: { declineCode: 'REJECT_CARD_COMPANY' } }));
    await target.sandbox.createPayment(target.window());
    await target.sandbox.advanceClock(30 * minuteMs);
    await sink.received(6);
    expect(statuses().sort()).toEqual(['ABORTED', 'CANCELED', 'DONE', 'DONE', 'EXPIRED', 'PARTIAL_CANCELED']);
  });

  it('of a deposit are flat, without eventType and paymentKey, with the secret of the confirm', async () => {
    const payment = await target.authenticated(1_000, { method: 'VIRTUAL_ACCOUNT' });
    const { secret } = (await target.confirm(payment)).fields;
    await target.sandbox.deposit(payment.paymentKey);
    await sink.received(2);
    await target.sandbox.reverseDeposit(payment.paymentKey);
    await sink.received(3);
    const flat = bodies().filter((body) => !('eventType' in body));
    expect(flat.map((body) => [Object.keys(body).sort().join(), body['secret'], body['status']])).toEqual([
      ['createdAt,orderId,secret,status,transactionKey', secret, 'DONE'],
      ['createdAt,orderId,secret,status,transactionKey', secret, 'WAITING_FOR_DEPOSIT'],
    ]);
  });

  it('are retried seven times, 4^n minutes apart, then given up', async () => {
    sink.status = 500;
    await target.approved();
    await sink.received(1);
    const startMs = Date.parse(String(sink.webhooks[0]!.headers[header('time')]));
    await target.sandbox.advanceClock(6 * 24 * 60 * minuteMs);
    const minutes = sink.webhooks.map(({ headers }) => {
      const sentMs = Date.parse(String(headers[header('time')]));
      return Math.ceil((sentMs - startMs) / minuteMs);
    });
    expect(minutes).toEqual([0, 1, 5, 21, 85, 341, 1_365, 5_461]);
    expect(sink.webhooks.map(({ headers }) => headers[header('retried-count')])).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
    ]);
    expect((await target.sandbox.webhookDeliveries()).map(({ status }) => status)).toEqual(['failed']);
  });

  it('that are answered too late count as failed', async () => {
    const impatient = await startTossSandbox({
      webhookUrl: sink.url,
      webhookAnswerWithinMs: 200,
      clock: 'virtual',
      seed: 1,
    });
    const { control } = impatient;
    const buying = await SandboxTarget.connect({ url: impatient.url, ...documentedMerchant.keys[0]! });
    const release = sink.holdAnswers();
    await buying.approved();
    await sink.received(1);
    await control.advanceClock(0);
    release();
    const [delivery] = await control.webhookDeliveries();
    await impatient.close();
    expect(delivery).toMatchObject({ status: 'waiting', lastAnswer: 'no answer within 0.2 s', retriedCount: 1 });
  });

  it('can be duplicated, held back and reordered', async () => {
    await target.sandbox.setWebhookManners({ duplicates: 1 });
    const { paymentKey } = await target.approved(1_000);
    await sink.received(2);
    const ids = sink.webhooks.map(({ headers }) => headers[header('id')]);
    expect(ids[0]).toBe(ids[1]);

    await target.sandbox.setWebhookManners({ duplicates: 0, hold: true });
    await target.cancel(paymentKey, { cancelReason: 'x', cancelAmount: 400 });
    await target.cancel(paymentKey, { cancelReason: 'x', cancelAmount: 600 });
    expect(sink.webhooks).toHaveLength(2);
    await target.sandbox.releaseWebhooks('reversed');
    const balances = bodies().map((body) => (body['data'] as { balanceAmount: number }).balanceAmount);
    expect(balances).toEqual([1_000, 1_000, 0, 600]);
  });

  it('can be forged, and resent by hand under their own id', async () => {
    const payment = await target.authenticated();
    await target.sandbox.forgeWebhook({ url: sink.url, paymentKey: payment.paymentKey, fields: { status: 'DONE' } });
    expect(bodies()[0]).toMatchObject({ data: { paymentKey: payment.paymentKey, status: 'DONE' } });
    expect(sandbox.ledger()).toEqual([]);
    const [delivery] = await target.sandbox.webhookDeliveries();
    await target.sandbox.resendWebhook(delivery!.id);
    expect(new Set(sink.webhooks.map(({ headers }) => headers[header('id')])).size).toBe(1);
    expect(sink.webhooks).toHaveLength(2);
  });
});
