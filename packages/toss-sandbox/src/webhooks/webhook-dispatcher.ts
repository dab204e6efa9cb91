import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type SandboxClock } from '../state/sandbox-clock';
import { type Payment } from '../state/payment/payment';
import { type Switches } from '../switches';
import { eventsOf, webhookBody } from './webhook-envelope';
import { type WebhookDelivery } from './webhook-delivery';
import { type WebhookEndpoint } from './webhook-endpoint';
import { webhookRetryDelayMs } from './webhook-schedule';
import { transmit } from './webhook-sender';

/** How long the log of finished deliveries is; waiting ones are always kept. */
const logLimit = 2_000;

/** Misbehaviour of the delivery itself, which a receiver has to live with. */
export const deliveryManners = z.strictObject({
  duplicates: z.int().min(0).max(100).describe('How often each webhook is sent again right after it was delivered'),
  hold: z.boolean().describe('Keeps webhooks back until they are released, which can then change their order'),
});

export type DeliveryManners = Readonly<z.infer<typeof deliveryManners>>;

export interface DispatcherPorts {
  readonly clock: SandboxClock;
  readonly switches: () => Switches;
  /** Makes the outcome of an attempt durable. */
  readonly record: (delivery: WebhookDelivery) => Promise<void>;
  readonly answerWithinMs: number;
}

/** Plans webhooks when a payment changes, sends them, and retries them on the sandbox's clock. */
export class WebhookDispatcher {
  manners: DeliveryManners = { duplicates: 0, hold: false };
  private endpoints: readonly WebhookEndpoint[] = [];
  private readonly deliveries = new Map<string, WebhookDelivery>();
  private readonly waiting = new Set<string>();
  private readonly attempting = new Map<string, Promise<void>>();

  constructor(private readonly ports: DispatcherPorts) {}

  get registered(): readonly WebhookEndpoint[] {
    return this.endpoints;
  }

  /** Oldest first. */
  get log(): WebhookDelivery[] {
    return [...this.deliveries.values()];
  }

  /** What the change of a payment obliges Toss to send. Nothing is sent yet. */
  plan(before: Payment | undefined, after: Payment): WebhookDelivery[] {
    if (this.endpoints.length === 0) return [];
    const switches = this.ports.switches();
    return eventsOf(before, after, switches).flatMap((event) =>
      this.endpoints
        .filter((endpoint) => endpoint.mId === after.mId && endpoint.events.includes(event))
        .map((endpoint) => this.delivery(endpoint.url, event, after)),
    );
  }

  /** A delivery that nothing caused: for forged webhooks. `body` is sent as it is. */
  forge(url: string, body: string): WebhookDelivery {
    return { ...this.unsent(url), event: 'PAYMENT_STATUS_CHANGED', paymentKey: '', body };
  }

  applyEndpoints(endpoints: readonly WebhookEndpoint[]): void {
    this.endpoints = endpoints;
  }

  applyDelivery(delivery: WebhookDelivery): void {
    this.deliveries.set(delivery.id, delivery);
    if (delivery.status === 'waiting') this.waiting.add(delivery.id);
    else this.waiting.delete(delivery.id);
    this.trimLog();
  }

  clear(): void {
    this.endpoints = [];
    this.deliveries.clear();
    this.waiting.clear();
    this.manners = { duplicates: 0, hold: false };
  }

  /** When the next attempt is due; undefined while nothing waits or everything is held. */
  nextDueAtMs(): number | undefined {
    if (this.manners.hold) return undefined;
    let next: number | undefined;
    for (const id of this.waiting) {
      const dueAtMs = this.deliveries.get(id)?.dueAtMs ?? Infinity;
      if (!this.attempting.has(id) && (next === undefined || dueAtMs < next)) next = dueAtMs;
    }
    return next;
  }

  /** Attempts everything that is due, in the order it became due, and resolves when each has had its answer. */
  async attemptDue(): Promise<void> {
    if (this.manners.hold) return;
    const nowMs = this.ports.clock.nowMs();
    const due = [...this.waiting].filter((id) => (this.deliveries.get(id)?.dueAtMs ?? Infinity) <= nowMs);
    await Promise.all(due.map((id) => this.attempt(id)));
  }

  /** Sends what was held back, one after the other, in the order given. */
  async release(order: 'as-caused' | 'reversed'): Promise<void> {
    this.manners = { ...this.manners, hold: false };
    const held = [...this.waiting];
    for (const id of order === 'reversed' ? held.reverse() : held) await this.attempt(id);
  }

  /** Sends a finished delivery once more, as the developer centre's button does; false when it is unknown. */
  async resend(id: string): Promise<boolean> {
    const delivery = this.deliveries.get(id);
    if (delivery === undefined) return false;
    await this.ports.record({ ...delivery, status: 'waiting', dueAtMs: this.ports.clock.nowMs() });
    await this.attempt(id);
    return true;
  }

  /** One attempt, shared by everybody who asks for it at the same time. */
  attempt(id: string): Promise<void> {
    const running = this.attempting.get(id);
    if (running !== undefined) return running;
    const attempt = this.transmitOnce(id).finally(() => this.attempting.delete(id));
    this.attempting.set(id, attempt);
    return attempt;
  }

  async idle(): Promise<void> {
    await Promise.all(this.attempting.values());
  }

  private async transmitOnce(id: string): Promise<void> {
    const delivery = this.deliveries.get(id);
    if (delivery?.status !== 'waiting') return;
    const { clock, answerWithinMs } = this.ports;
    const answer = await transmit({ ...delivery, atMs: clock.nowMs() }, answerWithinMs);
    const next = this.after(delivery, answer);
    await this.ports.record(next);
    if (next.status !== 'delivered') return;
    for (let copy = 0; copy < this.manners.duplicates; copy += 1) {
      await transmit({ ...delivery, atMs: clock.nowMs() }, answerWithinMs);
    }
  }

  private after(delivery: WebhookDelivery, answer: number | string): WebhookDelivery {
    const switches = this.ports.switches();
    const other2xx = typeof answer === 'number' && answer > 200 && answer < 300;
    if (answer === 200 || (other2xx && switches.webhookOther2xx === 'success')) {
      return { ...delivery, status: 'delivered', lastAnswer: answer };
    }
    const delayMs = webhookRetryDelayMs(delivery.retriedCount);
    if (delayMs === undefined) return { ...delivery, status: 'failed', lastAnswer: answer };
    return {
      ...delivery,
      lastAnswer: answer,
      retriedCount: delivery.retriedCount + 1,
      dueAtMs: this.ports.clock.nowMs() + delayMs,
      transmissionId: switches.webhookRetryId === 'stable' ? delivery.transmissionId : newTransmissionId(),
    };
  }

  private delivery(url: string, event: WebhookDelivery['event'], payment: Payment): WebhookDelivery {
    const body = webhookBody(event, payment, { nowMs: this.ports.clock.nowMs(), switches: this.ports.switches() });
    return { ...this.unsent(url), event, paymentKey: payment.paymentKey, body };
  }

  private unsent(url: string): Omit<WebhookDelivery, 'event' | 'paymentKey' | 'body'> {
    return {
      id: randomUUID(),
      transmissionId: newTransmissionId(),
      url,
      retriedCount: 0,
      dueAtMs: this.ports.clock.nowMs(),
      status: 'waiting',
      lastAnswer: null,
    };
  }

  private trimLog(): void {
    for (const [id, delivery] of this.deliveries) {
      if (this.deliveries.size <= logLimit) return;
      if (delivery.status !== 'waiting') this.deliveries.delete(id);
    }
  }
}

const newTransmissionId = () => `whtrans_${randomUUID().replaceAll('-', '')}`;
