import { type Clock } from '@koosco/payment-application';
import { Money, OrderId, PgOrderId } from '@koosco/payment-domain';
import {
  type BuyerChoice,
  documentedMerchant,
  type SandboxOptions,
  startTossSandbox,
  type TossSandbox,
} from '@koosco/toss-sandbox';

import { TossClient } from '../client/toss-client';
import { tossClientConfig, type TossClientSettings } from '../client/toss-client-config';

const [{ clientKey, secretKey }] = documentedMerchant.keys as [{ clientKey: string; secretKey: string }];

export const realClock: Clock = {
  now: () => new Date(),
  sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
};

/** What a gateway needs to charge a payment that a buyer has authenticated. */
export interface AuthenticatedRequest {
  readonly paymentKey: string;
  readonly pgOrderId: PgOrderId;
  readonly amount: Money;
  readonly idempotencyKey: string;
}

/** A sandbox, a client of it, and buyers who authenticate. */
export class SandboxWorld {
  #lastOrderId = 0n;

  private constructor(
    readonly sandbox: TossSandbox,
    readonly client: TossClient,
  ) {}

  static async start(options: SandboxOptions = {}, settings: Partial<TossClientSettings> = {}): Promise<SandboxWorld> {
    const sandbox = await startTossSandbox({ clock: 'virtual', seed: 1, ...options });
    const config = tossClientConfig({ environment: 'development', secretKey, baseUrl: sandbox.url, ...settings });
    return new SandboxWorld(sandbox, new TossClient(config));
  }

  async authenticate(choice: BuyerChoice & { amount?: bigint } = {}): Promise<AuthenticatedRequest> {
    const { amount = 10_000n, ...buyer } = choice;
    this.#lastOrderId += 1n;
    const pgOrderId = PgOrderId.of(OrderId.of(this.#lastOrderId));
    const window = { clientKey, orderId: pgOrderId, orderName: '티셔츠', amount: Number(amount) };
    const { paymentKey } = await this.sandbox.control.authenticate({ ...window, ...buyer });
    return { paymentKey, pgOrderId, amount: Money.krw(amount), idempotencyKey: `attempt-${this.#lastOrderId}` };
  }

  /** What the sandbox's ledger says the buyer has paid, and got back. */
  moneyOf(paymentKey: string): { charged: number; charges: number; refunded: number; refunds: number } {
    const rows = this.sandbox.ledger().filter((row) => row.paymentKey === paymentKey);
    const charges = rows.filter((row) => row.kind === 'charge');
    const refunds = rows.filter((row) => row.kind === 'cancel');
    const sum = (list: typeof rows) => list.reduce((total, { amount }) => total + amount, 0);
    return { charged: sum(charges), charges: charges.length, refunded: sum(refunds), refunds: refunds.length };
  }

  async close(): Promise<void> {
    this.client.close();
    await this.sandbox.close();
  }
}
