import { type WebhookEvent } from './webhook-endpoint';

/** One webhook on its way to one endpoint. Never changed in place; each attempt gives the next state. */
export interface WebhookDelivery {
  readonly id: string;
  /** Goes out as `tosspayments-webhook-transmission-id`. */
  readonly transmissionId: string;
  readonly url: string;
  readonly event: WebhookEvent;
  readonly paymentKey: string;
  readonly body: string;
  /** 0 on the first attempt. */
  readonly retriedCount: number;
  /** When the next attempt is due, in epoch ms on the sandbox's clock. */
  readonly dueAtMs: number;
  readonly status: 'waiting' | 'delivered' | 'failed';
  /** What the endpoint said last: an HTTP status, or why there was none. */
  readonly lastAnswer: number | string | null;
}
