import { SandboxControl } from '@koosco/toss-sandbox';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OrderBook } from '../order-service/order-book';
import { type Surroundings } from '../surroundings';
import { until } from './recovery';

/** What confirm-api said. */
export interface Answer {
  readonly status: number;
  /** The status of the payment, or the outcome or code of an error. */
  readonly word: string;
}

interface Body {
  readonly data?: { readonly status?: string; readonly paidAmount?: number };
  readonly error?: { readonly code: string; readonly details?: { readonly outcome?: string } };
}

interface Checkout {
  readonly clientKey: string;
  readonly customerKey: string;
  readonly pgOrderId: string;
  readonly orderName: string;
  readonly amount: number;
}

const RETRY_DELAY_MS = 300;

/** Pays as the page does, for what no person can do fast enough. */
export class RobotBuyer {
  readonly #toss: SandboxControl;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly book: OrderBook,
    private readonly userId: bigint,
  ) {
    this.#toss = new SandboxControl(surroundings.sandboxUrl);
  }

  /** As soon as the order has its payment: a payment key to confirm with, authenticated in Toss's window. */
  async authenticate(
    orderId: bigint,
    signal: AbortSignal,
  ): Promise<{ paymentKey: string; pgOrderId: string; amount: number }> {
    const headers = { authorization: `Bearer ${await this.surroundings.tokenOf(this.userId)}` };
    let checkout: Checkout | undefined;
    await until(async () => {
      const url = `${this.surroundings.apiUrl}/api/payments/orders/${orderId}/checkout`;
      const response = await fetch(url, { headers, signal });
      if (response.ok) checkout = ((await response.json()) as { data: Checkout }).data;
      return response.ok;
    }, signal);
    const { pgOrderId, amount, clientKey, customerKey, orderName } = checkout as Checkout;
    const { paymentKey } = await this.#toss.authenticate({
      clientKey,
      customerKey,
      orderId: pgOrderId,
      orderName,
      amount,
    });
    return { paymentKey, pgOrderId, amount };
  }

  /** One confirm. @throws when the connection breaks. */
  async confirmOnce(orderId: bigint, paymentKey: string, amount: number, signal: AbortSignal): Promise<Answer> {
    const response = await fetch(`${this.surroundings.apiUrl}/api/payments/confirm`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.surroundings.tokenOf(this.userId)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ paymentKey, orderId: String(orderId), amount }),
      signal,
    });
    const { data, error } = (await response.json()) as Body;
    const word = error?.details?.outcome ?? error?.code ?? data?.status ?? 'no status';
    return { status: response.status, word };
  }

  /** The same confirm until its answer is final, which the shop then knows as what its buyer was told. */
  async confirm(orderId: bigint, paymentKey: string, amount: number, signal: AbortSignal): Promise<Answer> {
    for (;;) {
      signal.throwIfAborted();
      const answer = await this.confirmOnce(orderId, paymentKey, amount, signal).catch(() => null);
      const isOpen =
        answer === null || ['unknown', 'PAYMENT-409-001', 'COMMON-503', 'COMMON-500'].includes(answer.word);
      if (!isOpen) {
        const paidKrw = answer.word === 'APPROVED' ? BigInt(amount) : 0n;
        this.book.tell(orderId, { word: answer.word, paidKrw, refundedKrw: 0n, at: new Date() });
        return answer;
      }
      await sleep(RETRY_DELAY_MS, undefined, { signal });
    }
  }
}
