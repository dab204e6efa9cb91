import { type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { errorCode } from '../codes/code-catalogue';
import { finishWindow, openWindow, windowRequest } from '../operations/payment-window';
import { paymentMethods, scriptedOutcome, type Payment } from '../state/payment/payment';
import { type SandboxState } from '../state/sandbox-state';
import { type Timetable } from '../state/timetable';
import { checkoutPage, closedPage, reportPage } from '../widget/checkout-page';
import { standardScript } from '../widget/standard-script';
import { parseJson, readBody } from './request-body';

const webUrl = z
  .string()
  .regex(/^https?:\/\//)
  .refine((url) => URL.canParse(url))
  .nullable()
  .default(null);

/** What the script posts for the buyer's browser. Fields of the SDK that change nothing here are let through. */
const checkoutRequest = z.object({
  ...windowRequest.pick({ clientKey: true, orderId: true, orderName: true, taxFreeAmount: true, metadata: true }).shape,
  customerKey: z.string(),
  amount: z.object({ currency: windowRequest.shape.currency.unwrap(), value: z.number() }),
  method: z.string().default('CARD'),
  successUrl: webUrl,
  failUrl: webUrl,
});

/** What the buyer chose on the hosted page; no code where it says none. */
const paid = z.object({
  method: z.enum(paymentMethods),
  outcome: z.union([z.object({ declineCode: z.literal('') }).transform(() => null), scriptedOutcome]),
});

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
    const origin = `http://${message.headers.host ?? 'localhost'}`;
    const text = await readBody(message);
    await this.timetable.dispatch(await this.state.expireDue());
    if (method === 'GET' && pathname === '/v2/standard') {
      const headers = { 'content-type': 'text/javascript; charset=utf-8', ...cors };
      return { status: 200, headers, text: standardScript(origin) };
    }
    if (pathname === '/v2/checkout' && method === 'OPTIONS') return { status: 204, headers: cors, text: '' };
    if (pathname === '/v2/checkout' && method === 'POST') return this.open(origin, parseJson(text));
    const paymentKey = /^\/v2\/checkout\/([A-Za-z0-9_]+)$/.exec(pathname)?.[1];
    if (paymentKey === undefined) return page(404, closedPage(`There is no page ${pathname}`));
    const payment = this.state.payments.get(paymentKey);
    if (payment?.status !== 'READY') return page(410, closedPage('결제 시간이 만료되었거나 이미 처리된 결제입니다.'));
    if (method !== 'POST') return page(200, checkoutPage(payment, searchParams.get('method')));
    return this.submit(payment, new URLSearchParams(text));
  }

  private async open(origin: string, body: unknown): Promise<Reply> {
    const answer = (status: number, fields: object) => ({
      status,
      headers: { ...json, ...cors },
      text: JSON.stringify(fields),
    });
    const refused = (code: string) => {
      const { httpStatus, korean: message } = errorCode('confirm', code);
      return answer(httpStatus, { code, message });
    };
    const { data } = checkoutRequest.safeParse(body);
    if (data === undefined) return refused('INVALID_REQUEST');
    const { amount, successUrl, failUrl, method, ...window } = data;
    const request = { ...window, amount: amount.value, currency: amount.currency };
    const opened = await openWindow(this.state, request, { successUrl, failUrl });
    if (opened.kind === 'refused') return refused(opened.code);
    this.timetable.wake();
    const { paymentKey } = opened.payment;
    return answer(201, { checkoutUrl: `${origin}/v2/checkout/${paymentKey}?method=${encodeURIComponent(method)}` });
  }

  /** What the buyer did in the window: paid, failed, or closed it. Closing changes nothing and is not announced. */
  private async submit(payment: Payment, form: URLSearchParams): Promise<Reply> {
    const { paymentKey, orderId, totalAmount: amount, checkout } = payment;
    const failed = (code: string, more = {}) =>
      leave(checkout?.failUrl, { code, message: errorCode('confirm', code).korean, ...more });
    const action = form.get('action');
    if (action === 'close') return failed('PAY_PROCESS_CANCELED');
    if (action === 'abort') return failed('PAY_PROCESS_ABORTED', { orderId });
    if (action !== 'pay') return page(400, closedPage('action is pay, abort or close'));
    const declineCode = form.get('declineCode') ?? '';
    const { data: buyer } = paid.safeParse({ method: form.get('method'), outcome: { declineCode } });
    if (buyer === undefined) return page(400, closedPage('No such method or code'));
    const finished = await finishWindow(this.state, paymentKey, buyer);
    if (finished.kind !== 'authenticated') return page(410, closedPage('The window is closed'));
    this.timetable.wake();
    return leave(checkout?.successUrl, { paymentType: 'NORMAL', orderId, paymentKey, amount });
  }
}

/** Redirect mode: back to the shop, keeping the query its URL already has. Promise mode: a message to the shop's page. */
function leave(to: string | null | undefined, result: Readonly<Record<string, string | number>>): Reply {
  if (to === null || to === undefined) return page(200, reportPage(result));
  const url = new URL(to);
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, String(value));
  return { status: 303, headers: { location: url.href }, text: '' };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const page = (status: number, text: string): Reply => ({
  ...{ status, text },
  headers: { 'content-type': 'text/html; charset=utf-8' },
});

const json = { 'content-type': 'application/json; charset=utf-8' };
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type',
  'access-control-allow-methods': 'GET, POST',
};
