export const webhookEvents = ['PAYMENT_STATUS_CHANGED', 'DEPOSIT_CALLBACK'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** A URL a merchant registered. The real developer centre refuses localhost and ports; the sandbox does not. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly mId: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
}
