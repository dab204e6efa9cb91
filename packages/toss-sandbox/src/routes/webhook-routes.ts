import { randomUUID } from 'node:crypto';
import { type SandboxState } from '../state/sandbox-state';
import { viewPayment } from '../state/payment/payment-view';
import { koreanMicrosWithoutOffset } from '../korean-time';
import { webhookEvents, type WebhookEndpoint, type WebhookEvent } from '../webhooks/webhook-endpoint';
import { json, refusal, type ControlRoute } from './control-route';

/** Webhooks: who gets them, what became of them, and how badly they behave. */
export const webhookRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/__sim/webhooks',
    summary: 'The registered endpoints',
    handle: (_request, { state }) => json(state.webhooks.registered),
  },
  {
    method: 'POST',
    path: '/__sim/webhooks',
    summary: 'Register an endpoint',
    body: {
      type: 'object',
      properties: {
        url: { type: 'string', description: 'http or https; localhost and ports are allowed here' },
        mId: { type: 'string', description: 'The first merchant by default' },
        events: { type: 'array', items: { type: 'string', enum: webhookEvents }, description: 'All by default' },
      },
      required: ['url'],
    },
    handle: async ({ body }, { state }) => {
      const { url, mId, events } = body as { url: string; mId?: string; events?: WebhookEvent[] };
      const registered = await registerWebhook(state, url, { mId, events });
      return registered === undefined ? refusal(400, 'body.url or body.mId is wrong') : json(registered, 201);
    },
  },
  {
    method: 'DELETE',
    path: '/__sim/webhooks/{id}',
    summary: 'Remove an endpoint; what is on its way still goes out',
    handle: async ({ parameters }, { state }) => {
      const remaining = state.webhooks.registered.filter(({ id }) => id !== parameters['id']);
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
    handle: async ({ parameters }, { state }) =>
      (await state.webhooks.resend(parameters['id'] ?? '')) ? json({ sent: true }) : refusal(404, 'No such delivery'),
  },
  {
    method: 'PATCH',
    path: '/__sim/webhooks/manners',
    summary: 'How delivery misbehaves: duplicates of each webhook, or holding all of them back',
    body: {
      type: 'object',
      properties: { duplicates: { type: 'integer', minimum: 0, maximum: 100 }, hold: { type: 'boolean' } },
    },
    handle: ({ body }, { state, timetable }) => {
      state.webhooks.manners = { ...state.webhooks.manners, ...(body as object) };
      timetable.wake();
      return json(state.webhooks.manners);
    },
  },
  {
    method: 'POST',
    path: '/__sim/webhooks/release',
    summary: 'Send what was held back, one after the other; answers when every endpoint has',
    body: { type: 'object', properties: { order: { type: 'string', enum: ['as-caused', 'reversed'] } } },
    handle: async ({ body }, { state }) => {
      await state.webhooks.release((body as { order?: 'as-caused' | 'reversed' }).order ?? 'as-caused');
      return json(state.webhooks.manners);
    },
  },
  {
    method: 'POST',
    path: '/__sim/webhooks/forge',
    summary: 'Send what Toss never would: a payment event with fields of your choice, to one URL, once',
    body: {
      type: 'object',
      properties: {
        url: { type: 'string' },
        paymentKey: { type: 'string', description: 'Start from this payment as it is; else from nothing' },
        fields: { type: 'object', description: 'Replace fields of data', additionalProperties: { type: 'string' } },
        body: { type: 'string', description: 'Send exactly this text instead' },
      },
      required: ['url'],
    },
    handle: async ({ body }, { state }) => {
      const forged = forgedBody(state, body as Forgery);
      const delivery = state.webhooks.forge((body as Forgery).url, forged);
      await state.commit({ deliveries: [delivery] });
      await state.webhooks.attempt(delivery.id);
      return json(
        state.webhooks.log.find(({ id }) => id === delivery.id),
        201,
      );
    },
  },
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

interface Forgery {
  readonly url: string;
  readonly paymentKey?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function forgedBody(state: SandboxState, { paymentKey, fields, body }: Forgery): string {
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
