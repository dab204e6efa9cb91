import { afterEach, beforeEach, describe } from '@jest/globals';
import { type ApiAnswer } from '@koosco/toss-conformance';
import { showEveryPosition, type SwitchBehaviours, type WebhookSwitch } from './testing/switch-behaviours';
import { WebhookSink } from './testing/webhook-sink';

const minuteMs = 60_000;

let sink: WebhookSink;
beforeEach(async () => {
  sink = await WebhookSink.open();
});
afterEach(() => sink.close());

const behaviours: SwitchBehaviours<WebhookSwitch> = {
  webhookMoment: {
    observe: async ({ target }) => {
      await target.sandbox.registerWebhook(sink.url);
      // The endpoint holds its answer back: only a confirm that waits for it stays open.
      const payment = await target.authenticated();
      const release = sink.holdAnswers();
      const answers: ApiAnswer[] = [];
      const confirmed = target.confirm(payment).then((answer) => answers.push(answer));
      await sink.received(1);
      await target.roundTrips();
      const moment = answers.length > 0 ? 'after' : 'before';
      release();
      await confirmed;
      return moment;
    },
    expected: { 'after-answer': 'after', 'before-answer': 'before' },
  },
  webhookRetryId: {
    observe: async ({ target }) => {
      await target.sandbox.registerWebhook(sink.url);
      sink.status = 500;
      await target.approved();
      await sink.received(1);
      await target.sandbox.advanceClock(minuteMs);
      const ids = sink.webhooks.map(({ headers }) => headers['tosspayments-webhook-transmission-id']);
      return [ids.length, new Set(ids).size];
    },
    expected: { stable: [2, 1], fresh: [2, 2] },
  },
  webhookOther2xx: {
    observe: async ({ target }) => {
      await target.sandbox.registerWebhook(sink.url);
      sink.status = 202;
      await target.approved();
      await sink.received(1);
      await target.sandbox.advanceClock(minuteMs);
      return sink.webhooks.length;
    },
    expected: { failure: 2, success: 1 },
  },
  webhookSecondPartialCancel: {
    observe: async ({ target }) => {
      await target.sandbox.registerWebhook(sink.url);
      const { paymentKey } = await target.approved(1_000);
      await target.cancel(paymentKey, { cancelReason: 'test', cancelAmount: 300 });
      await target.cancel(paymentKey, { cancelReason: 'test', cancelAmount: 300 });
      await target.sandbox.advanceClock(1);
      return (await target.sandbox.webhookDeliveries()).length;
    },
    expected: { fires: 3, silent: 2 },
  },
  depositCallbackOnIssue: {
    observe: async ({ target }) => {
      await target.sandbox.registerWebhook(sink.url);
      await target.approved(1_000, { method: 'VIRTUAL_ACCOUNT' });
      return (await target.sandbox.webhookDeliveries()).map(({ event }) => event);
    },
    expected: { silent: [], fires: ['DEPOSIT_CALLBACK'] },
  },
  depositCallbackTime: {
    observe: async ({ target }) => {
      await target.sandbox.registerWebhook(sink.url, { events: ['DEPOSIT_CALLBACK'] });
      await target.sandbox.deposit((await target.approved(1_000, { method: 'VIRTUAL_ACCOUNT' })).paymentKey);
      await sink.received(1);
      return (JSON.parse(sink.webhooks[0]!.body) as { createdAt: string }).createdAt.endsWith('+09:00');
    },
    expected: { micros: false, offset: true },
  },
};

describe('switches of webhooks', () => showEveryPosition(behaviours));
