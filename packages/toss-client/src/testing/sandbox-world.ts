import { type Clock, type SendPermit } from '@koosco/payment-application';
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
  elapsedMs: () => performance.now(),
  sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
};

/** The right to send for an attempt that nobody else knows of. */
export function soleOwner(past: SendPermit['past'] = null): SendPermit {
  return { past, beforeSend: () => Promise.resolve(true), learned: () => undefined };
}

/** What a gateway needs to charge a payment that a buyer has authenticated. */
export interface AuthenticatedRequest {
  readonly paymentKey: string;
  readonly pgOrderId: PgOrderId;
  readonly amount: Money;
  readonly idempotencyKey: string;
  readonly mayArriveUntil: Date;
}

export interface LedgerMoney {
  readonly charges: number;
  readonly charged: number;
  readonly refunds: number;
  readonly refunded: number;
}

export const noMoney: LedgerMoney = { charges: 0, charged: 0, refunds: 0, refunded: 0 };

/** A sandbox, a client of it, and buyers who authenticate. */
export class SandboxWorld {
  #lastOrderId = 0n;

  private constructor(
    readonly sandbox: TossSandbox,
    readonly client: TossClient,
  ) {}

  static async start(options: SandboxOptions = {}, settings: Partial<TossClientSettings> = {}): Promise<SandboxWorld> {
    const sandbox = await startTossSandbox({ clock: 'virtual', seed: 1, ...options });
    return new SandboxWorld(sandbox, connect(sandbox, settings));
  }

  /** One more client of the same sandbox; the caller closes it. */
  connect(settings: Partial<TossClientSettings> = {}): TossClient {
    return connect(this.sandbox, settings);
  }

  async authenticate(choice: BuyerChoice & { amount?: bigint } = {}): Promise<AuthenticatedRequest> {
    const { amount = 10_000n, ...buyer } = choice;
    const orderId = OrderId.of((this.#lastOrderId += 1n));
    const pgOrderId = PgOrderId.of(orderId);
    const window = { clientKey, orderId: pgOrderId, orderName: '티셔츠', amount: Number(amount) };
    const { paymentKey } = await this.sandbox.control.authenticate({ ...window, ...buyer });
    return {
      paymentKey,
      pgOrderId,
      amount: Money.krw(amount),
      idempotencyKey: `attempt-${orderId}`,
      mayArriveUntil: inMinutes(15),
    };
  }

  /** What the sandbox's ledger says the buyer has paid, and got back. */
  moneyOf(paymentKey: string): LedgerMoney {
    return this.moneyByPayment().get(paymentKey) ?? noMoney;
  }

  moneyByPayment(): ReadonlyMap<string, LedgerMoney> {
    const money = new Map<string, LedgerMoney>();
    for (const { paymentKey, kind, amount } of this.sandbox.ledger()) {
      const { charges, charged, refunds, refunded } = money.get(paymentKey) ?? noMoney;
      const isCharge = kind === 'charge';
      money.set(paymentKey, {
        charges: charges + (isCharge ? 1 : 0),
        charged: charged + (isCharge ? amount : 0),
        refunds: refunds + (isCharge ? 0 : 1),
        refunded: refunded + (isCharge ? 0 : amount),
      });
    }
    return money;
  }

  async close(): Promise<void> {
    this.client.close();
    await this.sandbox.close();
  }
}

function connect({ url }: TossSandbox, settings: Partial<TossClientSettings>): TossClient {
  return new TossClient(tossClientConfig({ environment: 'development', secretKey, baseUrl: url, ...settings }));
}

function inMinutes(minutes: number): Date {
  return new Date(Date.now() + minutes * 60_000);
}
