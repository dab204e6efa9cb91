import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import { SandboxTarget } from '../testing/sandbox-target';
import { startTossSandbox, type TossSandbox } from '../sandbox';
import { documentedMerchant } from '../state/merchant-keys';
import { type BrowserElement, type BrowserWindow } from './standard-script';

const [{ clientKey, secretKey }] = documentedMerchant.keys as [{ clientKey: string; secretKey: string }];

interface Widgets {
  setAmount(amount: { currency: string; value: number }): Promise<void>;
  renderPaymentMethods(at: { selector: string; variantKey?: string }): Promise<unknown>;
  renderAgreement(at: { selector: string; variantKey?: string }): Promise<unknown>;
  requestPayment(request: object): Promise<unknown>;
}

/** As much of a page as the script touches: elements that remember what was put into them. */
class Page {
  readonly visited: string[] = [];
  readonly frames: BrowserElement[] = [];
  methodChosen = true;
  agreed = true;
  private listeners: ((event: { origin: string; data: unknown }) => void)[] = [];

  constructor(private readonly script: string) {}

  /** Runs the script as a browser would: from its text, in a world of its own. */
  toss(): (key: string) => { widgets(by: { customerKey: string }): Widgets } {
    const window: BrowserWindow = {
      document: {
        body: this.element({ appendChild: (child) => this.frames.push(child) }),
        querySelector: (selector) => this.find(selector),
        createElement: () => this.element(),
      },
      location: { origin: 'http://shop', assign: (url) => this.visited.push(url) },
      fetch: (url, init) => fetch(url, init),
      addEventListener: (_type, listener) => this.listeners.push(listener),
      removeEventListener: (_type, listener) => {
        this.listeners = this.listeners.filter((known) => known !== listener);
      },
    };
    runInNewContext(this.script, { window });
    return window.TossPayments as ReturnType<Page['toss']>;
  }

  message(origin: string, data: unknown): void {
    for (const listener of this.listeners) listener({ origin, data });
  }

  private find(selector: string): BrowserElement | null {
    if (selector === '#methods') {
      return this.element({ querySelector: () => (this.methodChosen ? this.element({ value: 'EASY_PAY' }) : null) });
    }
    if (selector === '#agreement') {
      return this.element({ querySelector: () => (this.agreed ? this.element({ checked: true }) : null) });
    }
    return null;
  }

  private element(more: Partial<BrowserElement> = {}): BrowserElement {
    const remove = () => undefined;
    return {
      innerHTML: '',
      style: { cssText: '' },
      querySelector: () => null,
      appendChild: () => undefined,
      remove,
      ...more,
    };
  }
}

describe('the widget stand-in', () => {
  let sandbox: TossSandbox;
  let target: SandboxTarget;
  let script: string;

  beforeAll(async () => {
    sandbox = await startTossSandbox({ seed: 1 });
    target = await SandboxTarget.connect({ url: sandbox.url, clientKey, secretKey });
    script = await (await fetch(`${sandbox.url}/v2/standard`)).text();
  });
  afterAll(() => sandbox.close());

  const urls = { successUrl: 'http://shop/ok?cart=7', failUrl: 'http://shop/failed' };

  async function rendered(page: Page): Promise<Widgets> {
    const widgets = page.toss()(clientKey).widgets({ customerKey: '@@ANONYMOUS' });
    await widgets.setAmount({ currency: 'KRW', value: 5_000 });
    await Promise.all([
      widgets.renderPaymentMethods({ selector: '#methods', variantKey: 'DEFAULT' }),
      widgets.renderAgreement({ selector: '#agreement', variantKey: 'AGREEMENT' }),
    ]);
    return widgets;
  }

  /** Redirect mode up to the hosted page, and the buyer's click on it. */
  async function leaving(form: Record<string, string>) {
    const page = new Page(script);
    const { orderId, orderName } = target.window();
    await (await rendered(page)).requestPayment({ orderId, orderName, ...urls });
    const [checkoutUrl = ''] = page.visited;
    const hosted = await (await fetch(checkoutUrl)).text();
    const response = await fetch(checkoutUrl, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
    const to = new URL(response.headers.get('location') ?? 'http://nowhere');
    return { orderId, hosted, checkoutUrl, status: response.status, to, query: Object.fromEntries(to.searchParams) };
  }

  it('redirect mode: the buyer pays on the hosted page and comes back with what the confirm needs', async () => {
    const { orderId, hosted, checkoutUrl, status, to, query } = await leaving({ action: 'pay', method: 'CARD' });
    expect(hosted).toMatch(/value="EASY_PAY" checked/);
    expect([status, to.origin + to.pathname]).toEqual([303, 'http://shop/ok']);
    expect(query).toEqual({
      cart: '7',
      paymentType: 'NORMAL',
      orderId,
      amount: '5000',
      paymentKey: expect.any(String),
    });
    const answer = await target.confirm({ paymentKey: query['paymentKey']!, orderId, amount: 5_000 });
    expect([answer.status, answer.fields['method']]).toEqual([200, '카드']);
    expect((await fetch(checkoutUrl)).status).toBe(410);
  });

  it('a chosen decline shows at the confirm, not before', async () => {
    const { orderId, query } = await leaving({ action: 'pay', method: 'CARD', declineCode: 'INVALID_STOPPED_CARD' });
    const answer = await target.confirm({ paymentKey: query['paymentKey']!, orderId, amount: 5_000 });
    expect(answer.fields['code']).toBe('INVALID_STOPPED_CARD');
  });

  it('failing goes to failUrl with the order id; closing without it, and changes nothing', async () => {
    const failed = await leaving({ action: 'abort' });
    expect(failed.query).toMatchObject({ code: 'PAY_PROCESS_ABORTED', orderId: failed.orderId });
    const closed = await leaving({ action: 'close' });
    expect(closed.to.pathname).toBe('/failed');
    expect(Object.keys(closed.query).sort()).toEqual(['code', 'message']);
    expect(closed.query['code']).toBe('PAY_PROCESS_CANCELED');
    expect((await target.get(`/v1/payments/orders/${closed.orderId}`)).fields['status']).toBe('READY');
  });

  it('promise mode: the hosted page reports to the shop, and only its word counts', async () => {
    const page = new Page(script);
    const { orderId, orderName } = target.window();
    const requested = (await rendered(page)).requestPayment({ orderId, orderName });
    while (page.frames.length === 0) await new Promise(setImmediate);
    const body = new URLSearchParams({ action: 'pay', method: 'CARD' });
    const report = await (await fetch(page.frames[0]!.src!, { method: 'POST', body })).text();
    const message = JSON.parse(/postMessage\((.*), '\*'\)/.exec(report)![1]!) as { tossSandbox: object };
    page.message('http://evil', { tossSandbox: { code: 'USER_CANCEL' } });
    page.message(sandbox.url, message);
    const amount = { value: 5_000, currency: 'KRW' };
    expect(await requested).toEqual({ paymentType: 'NORMAL', orderId, paymentKey: expect.any(String), amount });
  });

  it('promise mode: closing the window is USER_CANCEL', async () => {
    const page = new Page(script);
    const { orderId, orderName } = target.window();
    const requested = (await rendered(page)).requestPayment({ orderId, orderName });
    while (page.frames.length === 0) await new Promise(setImmediate);
    page.message(sandbox.url, { tossSandbox: { code: 'PAY_PROCESS_CANCELED', message: '' } });
    await expect(requested).rejects.toMatchObject({ code: 'USER_CANCEL' });
  });

  it('refuses a wrong call sequence as the SDK does', async () => {
    const page = new Page(script);
    const toss = page.toss();
    const code = (run: () => Promise<unknown>) =>
      run().then(
        () => 'no error',
        (error: unknown) => (error as { code: string }).code,
      );
    const sync = (run: () => unknown) => code(async () => Promise.resolve(run()));
    const widgets = () => toss(clientKey).widgets({ customerKey: 'customer-1' });
    const { orderId, orderName } = target.window();
    const request = { orderId, orderName, ...urls };
    const full = await rendered(page);
    const without = async (change: Partial<Page>, asked: object = request) => {
      Object.assign(page, { methodChosen: true, agreed: true }, change);
      return code(() => full.requestPayment(asked));
    };
    expect([
      await sync(() => toss(secretKey)),
      await sync(() => toss(documentedMerchant.keys[1]!.clientKey).widgets({ customerKey: 'customer-1' })),
      await sync(() => toss(clientKey).widgets({ customerKey: '?' })),
      await code(() => widgets().renderPaymentMethods({ selector: '#methods' })),
      await code(() => widgets().requestPayment(request)),
      await code(() => widgets().setAmount({ currency: 'KRW', value: 0 })),
      await code(() => widgets().setAmount({ currency: 'KRW', value: Number.NaN })),
      await without({ methodChosen: false }),
      await without({ agreed: false }),
      await without({}, { ...request, failUrl: undefined }),
      await code(() => full.renderPaymentMethods({ selector: '#nowhere' })),
    ]).toEqual([
      'INSECURE_KEY_USAGE',
      'NOT_SUPPORTED_API_INDIVIDUAL_KEY',
      'INVALID_CUSTOMER_KEY',
      'NOT_SETUP_AMOUNT',
      'NOT_SETUP_AMOUNT',
      'BELOW_ZERO_AMOUNT',
      'INVALID_PARAMETERS',
      'NOT_SELECTED_PAYMENT_METHOD',
      'NEED_AGREEMENT_WITH_REQUIRED_TERMS',
      'INVALID_PARAMETERS',
      'INVALID_PARAMETERS',
    ]);
  });

  it('answers a wrong request of the script with the code Toss has for it', async () => {
    const page = new Page(script);
    const widgets = await rendered(page);
    await expect(widgets.requestPayment({ orderId: 'short', orderName: 'x', ...urls })).rejects.toMatchObject({
      code: 'INVALID_ORDER_ID',
    });
    await expect(
      widgets.requestPayment({ ...urls, orderId: 'long-enough', orderName: 'x', successUrl: 'javascript:alert(1)' }),
    ).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
