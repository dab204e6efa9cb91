import { type IncomingMessage, type ServerResponse } from 'node:http';
import { errorCode } from '../codes/code-catalogue';
import { finishWindow, openWindow, outcomeRefusal } from '../operations/payment-window';
import { paymentMethods, type Payment, type PaymentMethod } from '../state/payment/payment';
import { type SandboxState } from '../state/sandbox-state';
import { type Timetable } from '../state/timetable';
import { checkoutPage, closedPage, reportPage } from '../widget/checkout-page';
import { standardScript } from '../widget/standard-script';
import { violationOf, type JsonSchema } from './json-schema';
import { parseJson, readBody } from './request-body';

/** What the script posts for the buyer's browser. Fields of the SDK that change nothing here are let through. */
interface CheckoutRequest {
  readonly clientKey: string;
  readonly customerKey: string;
  readonly orderId: string;
  readonly orderName: string;
  readonly amount: { readonly currency: string; readonly value: number };
  readonly method: string;
  readonly successUrl: string | null;
  readonly failUrl: string | null;
  readonly taxFreeAmount?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

const checkoutSchema: JsonSchema = {
  type: 'object',
  properties: {
    clientKey: { type: 'string' },
    customerKey: { type: 'string' },
    orderId: { type: 'string' },
    orderName: { type: 'string' },
    amount: {
      type: 'object',
      properties: { currency: { type: 'string', enum: ['KRW', 'USD', 'JPY'] }, value: { type: 'number' } },
      required: ['currency', 'value'],
    },
    taxFreeAmount: { type: 'number', minimum: 0 },
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
  },
  required: ['clientKey', 'customerKey', 'orderId', 'orderName', 'amount'],
};

/** The buyer's side in a browser: the script, the windows it opens, and the page in them. */
export class WidgetPages {
  constructor(
    private readonly state: SandboxState,
    private readonly timetable: Timetable,
  ) {}

  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, text } = await this.reply(message);
    const body = Buffer.from(text);
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.end(body);
  }

  private async reply(message: IncomingMessage): Promise<Reply> {
    const { method = 'GET', url = '/' } = message;
    const { pathname, searchParams } = new URL(url, 'http://sandbox');
    const text = await readBody(message);
    await this.timetable.dispatch(await this.state.expireDue());
    if (method === 'GET' && pathname === '/v2/standard') {
      const script = standardScript(`http://${message.headers.host ?? 'localhost'}`);
      return reply(200, { 'content-type': 'text/javascript; charset=utf-8', ...cors }, script);
    }
    if (pathname === '/v2/checkout' && method === 'OPTIONS') return reply(204, cors, '');
    if (pathname === '/v2/checkout' && method === 'POST') return this.open(message, parseJson(text));
    const paymentKey = /^\/v2\/checkout\/([A-Za-z0-9_]+)$/.exec(pathname)?.[1];
    if (paymentKey === undefined) return reply(404, html, closedPage(`There is no page ${pathname}`));
    const payment = this.state.payments.get(paymentKey);
    if (payment?.status !== 'READY') {
      return reply(410, html, closedPage('결제 시간이 만료되었거나 이미 처리된 결제입니다.'));
    }
    if (method !== 'POST') return reply(200, html, checkoutPage(payment, searchParams.get('method')));
    return this.submit(payment, new URLSearchParams(text));
  }

  private async open(message: IncomingMessage, body: unknown): Promise<Reply> {
    const refuse = (code: string) => {
      const { httpStatus, korean } = errorCode('confirm', code);
      return reply(httpStatus, { ...json, ...cors }, JSON.stringify({ code, message: korean }));
    };
    const request = checkoutRequest(body);
    if (request === undefined) return refuse('INVALID_REQUEST');
    const { amount, successUrl, failUrl, clientKey, customerKey, orderId, orderName, taxFreeAmount, metadata } =
      request;
    const opened = await openWindow(this.state, {
      ...{ clientKey, customerKey, orderId, orderName, taxFreeAmount, metadata },
      amount: amount.value,
      currency: amount.currency,
      checkout: { successUrl, failUrl },
    });
    if (opened.kind === 'refused') return refuse(opened.code);
    this.timetable.wake();
    const origin = `http://${message.headers.host ?? 'localhost'}`;
    const checkoutUrl = `${origin}/v2/checkout/${opened.payment.paymentKey}?method=${encodeURIComponent(request.method)}`;
    return reply(201, { ...json, ...cors }, JSON.stringify({ checkoutUrl }));
  }

  /** What the buyer did in the window: paid, failed, or closed it. Closing changes nothing and is not announced. */
  private async submit(payment: Payment, form: URLSearchParams): Promise<Reply> {
    const { paymentKey, orderId, totalAmount: amount, checkout } = payment;
    const failUrl = checkout?.failUrl ?? null;
    const action = form.get('action');
    if (action === 'close') {
      const { code, korean: message } = errorCode('confirm', 'PAY_PROCESS_CANCELED');
      return leave(failUrl, { code, message });
    }
    if (action === 'abort') {
      const { code, korean: message } = errorCode('confirm', 'PAY_PROCESS_ABORTED');
      return leave(failUrl, { code, message, orderId });
    }
    if (action !== 'pay') return reply(400, html, closedPage('action is pay, abort or close'));
    const method = paymentMethods.find((known) => known === form.get('method'));
    const declineCode = form.get('declineCode') ?? '';
    const outcome = declineCode === '' ? null : { declineCode };
    if (method === undefined || outcomeRefusal(outcome) !== undefined) {
      return reply(400, html, closedPage('No such method or code'));
    }
    return this.pay({ paymentKey, method, outcome }, { orderId, amount, to: checkout?.successUrl ?? null });
  }

  private async pay(
    buyer: { paymentKey: string; method: PaymentMethod; outcome: { declineCode: string } | null },
    { orderId, amount, to }: { orderId: string; amount: number; to: string | null },
  ): Promise<Reply> {
    const finished = await finishWindow(this.state, buyer.paymentKey, buyer);
    if (finished.kind !== 'authenticated') return reply(410, html, closedPage('The window is closed'));
    this.timetable.wake();
    return leave(to, { paymentType: 'NORMAL', orderId, paymentKey: buyer.paymentKey, amount });
  }
}

const html = { 'content-type': 'text/html; charset=utf-8' };
const json = { 'content-type': 'application/json; charset=utf-8' };
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type',
  'access-control-allow-methods': 'GET, POST',
};

function checkoutRequest(body: unknown): CheckoutRequest | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const known = Object.keys(checkoutSchema.properties ?? {});
  const fields = Object.fromEntries(Object.entries(body).filter(([name]) => known.includes(name)));
  if (violationOf(checkoutSchema, fields) !== undefined) return undefined;
  const { successUrl = null, failUrl = null, method } = body as Partial<CheckoutRequest>;
  if (![successUrl, failUrl].every((url) => url === null || isWebUrl(url))) return undefined;
  return { ...(fields as unknown as CheckoutRequest), successUrl, failUrl, method: method ?? 'CARD' };
}

const isWebUrl = (url: unknown) => typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url);

/** Redirect mode: back to the shop, keeping the query its URL already has. Promise mode: a message to the shop's page. */
function leave(to: string | null, result: Readonly<Record<string, string | number>>): Reply {
  if (to === null) return reply(200, html, reportPage(result));
  const url = new URL(to);
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, String(value));
  return reply(303, { location: url.href }, '');
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const reply = (status: number, headers: Readonly<Record<string, string>>, text: string): Reply => ({
  status,
  headers,
  text,
});
