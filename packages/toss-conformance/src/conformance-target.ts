import { randomUUID } from 'node:crypto';
import { type Authenticated, type BuyerChoice, ControlPlane, type PaymentWindow } from './control-plane';

export interface TargetOptions {
  /** The base URL, without a path. */
  readonly url: string;
  readonly secretKey: string;
  /** Pairs with the secret key; needed where the control plane opens payment windows. */
  readonly clientKey?: string;
}

/** What came back, read leniently: `fields` is empty when the body is not a JSON object. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** The API under examination, and the control plane where there is one. */
export class ConformanceTarget {
  protected constructor(
    private readonly options: TargetOptions,
    private readonly controlPlane: ControlPlane | undefined,
  ) {}

  /** Asks once whether there is a control plane; rejects when nothing answers at the URL. */
  static async connect(options: TargetOptions): Promise<ConformanceTarget> {
    return new ConformanceTarget(options, await ControlPlane.at(options.url));
  }

  get hasControlPlane(): boolean {
    return this.controlPlane !== undefined && this.options.clientKey !== undefined;
  }

  get control(): ControlPlane {
    if (this.controlPlane === undefined) throw new Error('This target has no control plane');
    return this.controlPlane;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
    return this.call('GET', path, { headers });
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
    return this.call('POST', path, { body, headers });
  }

  confirm(payment: Authenticated, headers: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
    const { paymentKey, orderId, amount } = payment;
    return this.post('/v1/payments/confirm', { paymentKey, orderId, amount }, headers);
  }

  cancel(paymentKey: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
    return this.post(`/v1/payments/${paymentKey}/cancel`, body, headers);
  }

  /** A payment that waits for its confirm. */
  authenticated(amount = 12_500, choice: BuyerChoice & { orderId?: string } = {}): Promise<Authenticated> {
    return this.control.authenticate({ ...this.window(amount), ...choice });
  }

  /** A payment that was confirmed. */
  async approved(amount = 12_500, choice: BuyerChoice = {}): Promise<Authenticated> {
    const payment = await this.authenticated(amount, choice);
    const answer = await this.confirm(payment);
    if (answer.status !== 200) throw new Error(`The confirm was refused: ${answer.text}`);
    return payment;
  }

  window(amount = 12_500): PaymentWindow {
    const { clientKey = '' } = this.options;
    return { clientKey, orderId: `conf-${randomUUID()}`, orderName: 'conformance', amount };
  }

  private async call(
    method: string,
    path: string,
    { body, headers }: { body?: unknown; headers: Readonly<Record<string, string>> },
  ): Promise<ApiAnswer> {
    const credentials = Buffer.from(`${this.options.secretKey}:`).toString('base64');
    const response = await fetch(`${this.options.url}${path}`, {
      method,
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, fields: fieldsOf(text), headers: response.headers };
  }
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
