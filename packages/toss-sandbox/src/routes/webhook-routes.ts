import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type SandboxState } from '../state/sandbox-state';
import { viewPayment } from '../state/payment/payment-view';
import { koreanMicrosWithoutOffset } from '../korean-time';
import { deliveryManners } from '../webhooks/webhook-dispatcher';
import { webhookEvents, type WebhookEndpoint, type WebhookEvent } from '../webhooks/webhook-endpoint';
import { json, refusal, withBody, type ControlRoute } from './control-route';

const forgery = z.strictObject({
  url: z.string(),
  paymentKey: z.string().optional().describe('Start from this payment as it is; else from nothing'),
  fields: z.record(z.string(), z.string()).optional().describe('Replace fields of data'),
  body: z.string().optional().describe('Send exactly this text instead'),
});

/** Webhooks: who gets them, what became of them, and how badly they behave. */
export const webhookRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/__sim/webhooks',
    summary: 'The registered endpoints',
    handle: (_request, { state }) => json(state.webhooks.registered),
  },
  withBody({
    method: 'POST',
    path: '/__sim/webhooks',
    summary: 'Register an endpoint',
    body: z.strictObject({
      url: z.string().describe('http or https; localhost and ports are allowed here'),
      mId: z.string().optional().describe('The first merchant by default'),
      events: z.array(z.enum(webhookEvents)).optional().describe('All by default'),
    }),
    handle: async ({ body: { url, ...by } }, { state }) => {
      const registered = await registerWebhook(state, url, by);
      return registered === undefined ? refusal(400, 'body.url or body.mId is wrong') : json(registered, 201);
    },
  }),
  {
    method: 'DELETE',
    path: '/__sim/webhooks/{id}',
    summary: 'Remove an endpoint; what is on its way still goes out',
    handle: async ({ id }, { state }) => {
      const remaining = state.webhooks.registered.filter((endpoint) => endpoint.id !== id);
      if (remaining.length === state.webhooks.registered.length) return refusal(404, 'No such endpoint');
      await state.commit({ endpoints: remaining });
      return json({ removed: true });
    },
  },
  {
    method: 'GET',
    path: '/__sim/webhooks/deliveries',
    summary: 'What was sent, what waits for a retry, and what the endpoints said; oldest first',
    handle: (_request, { state }) => json(state.webhooks.log),
  },
  {
    method: 'POST',
    path: '/__sim/webhooks/deliveries/{id}/resend',
    summary: 'Send a webhook again by hand, with the same transmission id; answers when the endpoint has',
    handle: async ({ id }, { state }) =>
      (await state.webhooks.resend(id)) ? json({ sent: true }) : refusal(404, 'No such delivery'),
  },
  withBody({
    method: 'PATCH',
    path: '/__sim/webhooks/manners',
    summary: 'How delivery misbehaves: duplicates of each webhook, or holding all of them back',
    body: deliveryManners.partial(),
    handle: ({ body: { duplicates, hold } }, { state, timetable }) => {
      const { manners } = state.webhooks;
      state.webhooks.manners = { duplicates: duplicates ?? manners.duplicates, hold: hold ?? manners.hold };
      timetable.wake();
      return json(state.webhooks.manners);
    },
  }),
  withBody({
    method: 'POST',
    path: '/__sim/webhooks/release',
    summary: 'Send what was held back, one after the other; answers when every endpoint has',
    body: z.strictObject({ order: z.enum(['as-caused', 'reversed']).default('as-caused') }),
    handle: async ({ body }, { state }) => {
      await state.webhooks.release(body.order);
      return json(state.webhooks.manners);
    },
  }),
  withBody({
    method: 'POST',
    path: '/__sim/webhooks/forge',
    summary: 'Send what Toss never would: a payment event with fields of your choice, to one URL, once',
    body: forgery,
    handle: async ({ body }, { state }) => {
      const forged = forgedBody(state, body);
      const delivery = state.webhooks.forge(body.url, forged);
      await state.commit({ deliveries: [delivery] });
      await state.webhooks.attempt(delivery.id);
      return json(
        state.webhooks.log.find(({ id }) => id === delivery.id),
        201,
      );
    },
  }),
];

/** Registers an endpoint durably; undefined when the URL is none or the merchant is unknown. */
export async function registerWebhook(
  state: SandboxState,
  url: string,
  { mId, events }: { mId?: string | undefined; events?: readonly WebhookEvent[] | undefined },
): Promise<WebhookEndpoint | undefined> {
  const merchant = mId ?? state.keys.merchants[0]?.mId;
  if (merchant === undefined || !state.keys.merchants.some((known) => known.mId === merchant)) return undefined;
  if (!URL.canParse(url) || !/^https?:/.test(url)) return undefined;
  const endpoint = { id: randomUUID(), mId: merchant, url, events: events ?? webhookEvents };
  await state.commit({ endpoints: [...state.webhooks.registered, endpoint] });
  return endpoint;
}

function forgedBody(state: SandboxState, { paymentKey, fields, body }: z.infer<typeof forgery>): string {
  if (body !== undefined) return body;
  const nowMs = state.clock.nowMs();
  const payment = paymentKey === undefined ? undefined : state.payments.get(paymentKey);
  const genuine =
    payment === undefined
      ? { paymentKey }
      : viewPayment(payment, { language: 'ko', lookup: false, switches: state.switches, nowMs });
  const createdAt = koreanMicrosWithoutOffset(nowMs, 1);
  return JSON.stringify({ eventType: 'PAYMENT_STATUS_CHANGED', createdAt, data: { ...genuine, ...fields } });
}
