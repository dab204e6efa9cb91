/**
 * What the cases need of a target beside Toss's own API, to bring about what only a buyer, a bank or time can. It is spoken
 * under `/__sim` of the target's base URL, as the sandbox does.
 */
export class ControlPlane {
  constructor(private readonly url: string) {}

  /** Asks once whether there is one; rejects when nothing answers at the URL. */
  static async at(url: string): Promise<ControlPlane | undefined> {
    const response = await fetch(`${url}/__sim/health`);
    const body = await response.text();
    return response.ok && body.includes('"UP"') ? new ControlPlane(url) : undefined;
  }

  /** Opens a payment window: a READY payment. */
  createPayment(window: PaymentWindow): Promise<PaymentView> {
    return this.#call('POST', '/payments', window);
  }

  /** The buyer opens a window and authenticates in it. */
  authenticate(window: PaymentWindow & BuyerChoice): Promise<Authenticated> {
    return this.#call('POST', '/authentications', window);
  }

  /** The payment in any state. */
  payment(paymentKey: string): Promise<PaymentView> {
    return this.#call('GET', `/payments/${encodeURIComponent(paymentKey)}`);
  }

  /** The buyer pays into the virtual account. */
  deposit(paymentKey: string): Promise<PaymentView> {
    return this.#call('POST', `/payments/${encodeURIComponent(paymentKey)}/deposit`);
  }

  /** The bank takes the deposit back. */
  reverseDeposit(paymentKey: string): Promise<PaymentView> {
    return this.#call('POST', `/payments/${encodeURIComponent(paymentKey)}/reverse-deposit`);
  }

  /** Moves the target's clock; resolves when every expiry on the way has happened. */
  async advanceClock(ms: number): Promise<void> {
    await this.#call('POST', '/clock/advance', { ms });
  }

  /** Epoch ms on the target's clock. */
  async now(): Promise<number> {
    return (await this.#call<{ nowMs: number }>('GET', '/clock')).nowMs;
  }

  /** The next confirm of this order keeps its payment locked and goes no further. @returns what lets it go on. */
  async holdNextConfirm(orderId: string): Promise<() => Promise<void>> {
    const fault = { kind: 'hold', stage: 'during' };
    const { id } = await this.#call<{ id: string }>('POST', '/faults', { route: 'confirm', orderId, fault, times: 1 });
    return async () => {
      await this.#call('DELETE', `/faults/${id}`);
    };
  }

  /** Every movement of money, oldest first. */
  async ledger(): Promise<readonly { readonly kind: string; readonly paymentKey: string; readonly amount: number }[]> {
    const lines = await (await fetch(`${this.url}/__sim/ledger`)).text();
    return lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { kind: string; paymentKey: string; amount: number });
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/__sim${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new ControlRefused(`${method} ${path}: ${response.status} ${text}`, codeIn(text));
    return JSON.parse(text) as T;
  }
}

/** The control plane refused; `code` is the one that Toss would answer with, where it named one. */
class ControlRefused extends Error {
  constructor(
    message: string,
    readonly code: string | undefined,
  ) {
    super(`the control plane refused ${message}`);
  }
}

function codeIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error?: { code?: string } }).error?.code;
  } catch {
    return undefined;
  }
}

export interface PaymentWindow {
  readonly clientKey: string;
  readonly orderId: string;
  readonly orderName: string;
  readonly amount: number;
}

/** How the buyer pays. By card, and well, unless told. */
export interface BuyerChoice {
  readonly method?: string;
  readonly outcome?: { readonly declineCode: string; readonly times?: number };
}

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
};
