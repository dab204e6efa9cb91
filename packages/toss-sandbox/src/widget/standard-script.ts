/*
 * The stand-in for the SDK that Toss serves at /v2/standard. `installTossPayments` runs in the buyer's browser: it is
 * sent there as its own source text, so that it may refer to nothing outside itself.
 */

/** What the script needs of a browser. */
export interface BrowserWindow {
  TossPayments?: unknown;
  readonly document: BrowserDocument;
  readonly location: { assign(url: string): void; readonly origin: string };
  readonly fetch: (url: string, init: object) => Promise<{ ok: boolean; json(): Promise<unknown> }>;
  addEventListener(type: 'message', listener: (event: { origin: string; data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { origin: string; data: unknown }) => void): void;
}

export interface BrowserElement {
  innerHTML: string;
  src?: string;
  style: { cssText: string };
  value?: string;
  checked?: boolean;
  querySelector(selector: string): BrowserElement | null;
  appendChild(child: BrowserElement): void;
  remove(): void;
}

export interface BrowserDocument {
  readonly body: BrowserElement;
  querySelector(selector: string): BrowserElement | null;
  createElement(name: string): BrowserElement;
}

/** Gives the page `TossPayments(clientKey)` with the call sequence of SDK v2. `sandboxUrl` is where payments are opened. */
export function installTossPayments(browser: BrowserWindow, sandboxUrl: string): void {
  interface Amount {
    currency: string;
    value: number;
  }
  interface PaymentRequest {
    orderId: string;
    orderName: string;
    successUrl?: string;
    failUrl?: string;
    taxFreeAmount?: number;
    metadata?: Record<string, string>;
  }

  const failure = (code: string, message: string) => Object.assign(new Error(message), { code });

  const elementAt = (selector: string) => {
    const element = browser.document.querySelector(selector);
    if (element === null) throw failure('INVALID_PARAMETERS', `There is no element ${selector}`);
    return element;
  };

  class Widgets {
    private amount: Amount | undefined;
    private methods: BrowserElement | undefined;
    private agreement: BrowserElement | undefined;

    constructor(
      private readonly clientKey: string,
      private readonly customerKey: string,
    ) {}

    // Like the SDK's, these methods are async: what they throw is a rejection.
    // eslint-disable-next-line @typescript-eslint/require-await
    async setAmount(amount: Amount): Promise<void> {
      if (typeof amount.value !== 'number' || Number.isNaN(amount.value)) {
        throw failure('INVALID_PARAMETERS', 'amount is {currency, value}');
      }
      if (amount.value <= 0) throw failure('BELOW_ZERO_AMOUNT', 'The amount must be above 0');
      this.amount = { ...amount };
    }

    // eslint-disable-next-line @typescript-eslint/require-await
    async renderPaymentMethods({ selector }: { selector: string; variantKey?: string }): Promise<object> {
      this.amountSet();
      this.methods = elementAt(selector);
      const methods = [
        ['CARD', '신용·체크카드'],
        ['EASY_PAY', '토스페이'],
        ['VIRTUAL_ACCOUNT', '가상계좌'],
        ['TRANSFER', '계좌이체'],
      ];
      this.methods.innerHTML = methods
        .map(
          ([method, name], index) =>
            `<label style="display:block;padding:8px"><input type="radio" name="toss-method" value="${method}"${index === 0 ? ' checked' : ''}> ${name}</label>`,
        )
        .join('');
      return { destroy: () => this.clear('methods') };
    }

    // eslint-disable-next-line @typescript-eslint/require-await
    async renderAgreement({ selector }: { selector: string; variantKey?: string }): Promise<object> {
      this.amountSet();
      this.agreement = elementAt(selector);
      this.agreement.innerHTML =
        '<label style="display:block;padding:8px"><input type="checkbox" name="toss-agreement" checked> [필수] 결제 서비스 이용 약관 동의</label>';
      return { destroy: () => this.clear('agreement') };
    }

    async requestPayment(request: PaymentRequest): Promise<unknown> {
      const amount = this.amountSet();
      const method = this.methods?.querySelector('input:checked')?.value;
      if (method === undefined) throw failure('NOT_SELECTED_PAYMENT_METHOD', '결제수단이 아직 선택되지 않았어요.');
      if (this.agreement?.querySelector('input:checked') == null) {
        throw failure('NEED_AGREEMENT_WITH_REQUIRED_TERMS', '필수 약관에 동의해주세요.');
      }
      const { successUrl = null, failUrl = null } = request;
      if ((successUrl === null) !== (failUrl === null)) {
        throw failure('INVALID_PARAMETERS', 'successUrl and failUrl are given together or not at all');
      }
      const opened = await this.open({ ...request, successUrl, failUrl, amount, method });
      if (successUrl === null) return this.overlay(opened.checkoutUrl, amount.currency);
      browser.location.assign(opened.checkoutUrl);
      return undefined;
    }

    private amountSet(): Amount {
      if (this.amount === undefined)
        throw failure('NOT_SETUP_AMOUNT', '결제 금액이 설정되지 않았어요. setAmount를 먼저 호출해주세요.');
      return this.amount;
    }

    private clear(name: 'methods' | 'agreement'): void {
      const element = this[name];
      if (element !== undefined) element.innerHTML = '';
      this[name] = undefined;
    }

    private async open(request: object): Promise<{ checkoutUrl: string }> {
      const response = await browser.fetch(`${sandboxUrl}/v2/checkout`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...request, clientKey: this.clientKey, customerKey: this.customerKey }),
      });
      const answer = (await response.json()) as { code: string; message: string; checkoutUrl: string };
      if (!response.ok) throw failure(answer.code, answer.message);
      return answer;
    }

    /** Promise mode: the hosted page in a frame over the shop, which reports back by message. */
    private overlay(checkoutUrl: string, currency: string): Promise<unknown> {
      const frame = browser.document.createElement('iframe');
      frame.src = checkoutUrl;
      frame.style.cssText =
        'position:fixed;inset:0;width:100%;height:100%;border:0;background:#0008;z-index:2147483647';
      browser.document.body.appendChild(frame);
      return new Promise((resolve, reject) => {
        const listener = (event: { origin: string; data: unknown }) => {
          if (event.origin !== sandboxUrl) return;
          const message = event.data as { tossSandbox?: { code?: string; message?: string; amount?: number } };
          const result = message.tossSandbox;
          if (result === undefined) return;
          browser.removeEventListener('message', listener);
          frame.remove();
          // What a failUrl learns as PAY_PROCESS_CANCELED, a promise learns as USER_CANCEL.
          const code = result.code === 'PAY_PROCESS_CANCELED' ? 'USER_CANCEL' : result.code;
          if (code !== undefined) reject(failure(code, result.message ?? ''));
          else resolve({ ...result, amount: { value: result.amount, currency } });
        };
        browser.addEventListener('message', listener);
      });
    }
  }

  const TossPayments = (clientKey: string) => {
    if (typeof clientKey !== 'string' || clientKey === '')
      throw failure('INVALID_CLIENT_KEY', 'A client key is needed');
    if (/^(test|live)_g?sk_/.test(clientKey)) {
      throw failure('INSECURE_KEY_USAGE', 'A secret key must never be used in a browser');
    }
    return {
      widgets: ({ customerKey }: { customerKey: string }) => {
        if (!clientKey.includes('_gck_'))
          throw failure('NOT_SUPPORTED_API_INDIVIDUAL_KEY', 'widgets() wants a gck key');
        if (customerKey !== '@@ANONYMOUS' && !/^[-_=.@A-Za-z0-9]{2,50}$/.test(customerKey)) {
          throw failure('INVALID_CUSTOMER_KEY', 'customerKey: 2 to 50 of - _ = . @ A-Z a-z 0-9');
        }
        return new Widgets(clientKey, customerKey);
      },
      payment: () => {
        throw failure('NOT_SUPPORTED_WIDGET_KEY', 'The sandbox stands in for widgets() only');
      },
    };
  };
  browser.TossPayments = Object.assign(TossPayments, { ANONYMOUS: '@@ANONYMOUS' });
}

/** The script as it is served. */
export const standardScript = (sandboxUrl: string) =>
  `(${installTossPayments.toString()})(window, ${JSON.stringify(sandboxUrl)});\n`;
