import { type FaultRule } from './faults/fault';
import { type ForcedCode } from './faults/forced-codes';
import { type WindowRequest } from './operations/payment-window';
import { type BuyerChoice } from './routes/payment-routes';
import { type LedgerRow } from './state/ledger-row';
import { type Switches } from './switches';
import { type DeliveryManners } from './webhooks/webhook-dispatcher';
import { type WebhookDelivery } from './webhooks/webhook-delivery';
import { type WebhookEndpoint, type WebhookEvent } from './webhooks/webhook-endpoint';

/** What the success URL would carry. */
export interface Authenticated {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly amount: number;
}

/** A Payment object as the API shows it. */
export type PaymentView = Readonly<Record<string, unknown>> & {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly status: string;
  readonly totalAmount: number;
  readonly balanceAmount: number;
};

/** The control plane refused; `status` is its HTTP status and `code` Toss's code where there is one. */
export class ControlRefused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code: string | undefined,
  ) {
    super(message);
    this.name = 'ControlRefused';
  }
}

/** The control plane of a sandbox, here or elsewhere. Every method rejects with ControlRefused when it is refused. */
export class SandboxControl {
  /** `url` is the sandbox's base URL. */
  constructor(private readonly url: string) {}

  /** Opens a payment window: a READY payment. */
  createPayment(request: WindowRequest): Promise<PaymentView> {
    return this.call('POST', '/payments', request);
  }

  /** With a paymentKey, the buyer authenticates in that window; with a request, in a window opened for it. */
  authenticate(by: string | (WindowRequest & BuyerChoice), choice: BuyerChoice = {}): Promise<Authenticated> {
    if (typeof by !== 'string') return this.call('POST', '/authentications', by);
    return this.call('POST', `/payments/${encodeURIComponent(by)}/authenticate`, choice);
  }

  /** The payment in any state. */
  payment(paymentKey: string): Promise<PaymentView> {
    return this.call('GET', `/payments/${encodeURIComponent(paymentKey)}`);
  }

  /** The buyer pays into the virtual account. */
  deposit(paymentKey: string): Promise<PaymentView> {
    return this.call('POST', `/payments/${encodeURIComponent(paymentKey)}/deposit`);
  }

  /** The bank takes the deposit back. */
  reverseDeposit(paymentKey: string): Promise<PaymentView> {
    return this.call('POST', `/payments/${encodeURIComponent(paymentKey)}/reverse-deposit`);
  }

  /** A refund in the merchant admin, unknown to the merchant's own system. */
  cancelInAdmin(paymentKey: string, cancelAmount?: number): Promise<PaymentView> {
    const body = cancelAmount === undefined ? {} : { cancelAmount };
    return this.call('POST', `/payments/${encodeURIComponent(paymentKey)}/cancel`, body);
  }

  /** Moves the clock; resolves when every expiry and webhook due on the way has happened. */
  async advanceClock(ms: number): Promise<void> {
    await this.call('POST', '/clock/advance', { ms });
  }

  /** Epoch ms on the sandbox's clock. */
  async now(): Promise<number> {
    return (await this.call<{ nowMs: number }>('GET', '/clock')).nowMs;
  }

  /** Returns the id of the rule. */
  async addFault(rule: FaultRule & { readonly seed?: number }): Promise<string> {
    return (await this.call<{ id: string }>('POST', '/faults', rule)).id;
  }

  /** Removes one rule, or all of them. */
  async removeFault(id?: string): Promise<void> {
    await this.call('DELETE', id === undefined ? '/faults' : `/faults/${id}`);
  }

  /** Returns the id of the rule. */
  async forceCode(rule: ForcedCode & { readonly seed?: number }): Promise<string> {
    return (await this.call<{ id: string }>('POST', '/codes', rule)).id;
  }

  /** Removes one rule, or all of them. */
  async removeForcedCode(id?: string): Promise<void> {
    await this.call('DELETE', id === undefined ? '/codes' : `/codes/${id}`);
  }

  /** Sets some switches; resolves to all of them. */
  setSwitches(switches: Partial<Switches>): Promise<Switches> {
    return this.call('PATCH', '/switches', switches);
  }

  registerWebhook(url: string, by: { mId?: string; events?: readonly WebhookEvent[] } = {}): Promise<WebhookEndpoint> {
    return this.call('POST', '/webhooks', { url, ...by });
  }

  webhooks(): Promise<WebhookEndpoint[]> {
    return this.call('GET', '/webhooks');
  }

  webhookDeliveries(): Promise<WebhookDelivery[]> {
    return this.call('GET', '/webhooks/deliveries');
  }

  setWebhookManners(manners: Partial<DeliveryManners>): Promise<DeliveryManners> {
    return this.call('PATCH', '/webhooks/manners', manners);
  }

  /** Sends what was held back; resolves when every endpoint has answered. */
  async releaseWebhooks(order: 'as-caused' | 'reversed' = 'as-caused'): Promise<void> {
    await this.call('POST', '/webhooks/release', { order });
  }

  /** Sends a webhook Toss never would; resolves to what became of it. */
  forgeWebhook(forgery: {
    url: string;
    paymentKey?: string;
    fields?: Readonly<Record<string, string>>;
    body?: string;
  }): Promise<WebhookDelivery> {
    return this.call('POST', '/webhooks/forge', forgery);
  }

  async resendWebhook(deliveryId: string): Promise<void> {
    await this.call('POST', `/webhooks/deliveries/${deliveryId}/resend`);
  }

  /** Every movement of money from `fromSeq` on, oldest first. */
  async ledger(fromSeq = 1): Promise<LedgerRow[]> {
    const response = await fetch(`${this.url}/__sim/ledger?fromSeq=${fromSeq}`);
    const text = await response.text();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LedgerRow);
  }

  /** Forgets everything but the clock and the switches. */
  async reset(): Promise<void> {
    await this.call('POST', '/reset');
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/__sim${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const answer = (await response.json()) as { error?: { message: string; code?: string } };
    if (!response.ok) {
      throw new ControlRefused(response.status, answer.error?.message ?? response.statusText, answer.error?.code);
    }
    return answer as T;
  }
}
