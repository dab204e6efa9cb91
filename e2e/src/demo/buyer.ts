import { parseJson } from '@koosco/payment-contracts/json';
import { SandboxControl } from '@koosco/toss-sandbox';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PlannedOrder } from './order-plan';
import { userToken } from './user-token';

/** What the service told the buyer in the end. */
export interface BuyerAnswer {
  readonly paymentId?: string;
  readonly orderId: bigint;
  readonly status: number;
  /** The error code, `APPROVED`, or for an order of 0 won the status that was read. */
  readonly word: string;
  readonly paymentKey: string | null;
  /** Answers of repeated confirms that were not the first answer. */
  readonly contradictions: readonly string[];
  /** What came of cancelling, where the buyer did. */
  readonly refund?: string;
}

/** As long as a killed worker's lease and a restart of everything may take, and some more. */
const PATIENCE_MS = 180_000;
const RETRY_DELAY_MS = 250;

/** Pays as a browser does: checkout parameters, authentication at Toss, confirm, and again when told to come back. */
export class Buyer {
  readonly #toss: SandboxControl;

  constructor(
    private readonly apiUrl: string,
    sandboxUrl: string,
    private readonly signal: AbortSignal,
  ) {
    this.#toss = new SandboxControl(sandboxUrl);
  }

  async pay(order: PlannedOrder): Promise<BuyerAnswer> {
    const token = await userToken(order.userId);
    if (order.story === 'owes nothing') return this.#seeIt(order, token);
    const mayBeCancelled = order.ending?.kind === 'order cancelled';
    const opened = await this.#openedWindow(order, token, mayBeCancelled);
    if (opened.error !== undefined) {
      return {
        orderId: order.orderId,
        status: opened.status,
        word: opened.error.code,
        paymentKey: null,
        contradictions: [],
      };
    }
    const paymentKey = await this.authenticate(order, opened.data as Checkout);
    const answer = await this.#confirm(order, token, paymentKey);
    if (order.ending?.kind !== 'cancels' || answer.word !== 'APPROVED') return answer;
    return { ...answer, refund: await this.#cancel(answer.paymentId ?? '', token, order.ending.krw) };
  }

  /** What the payment window needs, as soon as the order has a payment that can be paid. */
  async checkout(order: PlannedOrder, token: string): Promise<Checkout> {
    return (await this.#openedWindow(order, token, false)).data as Checkout;
  }

  /** @param mayBeCancelled that the payment cannot be paid any more is an answer, too. */
  #openedWindow(order: PlannedOrder, token: string, mayBeCancelled: boolean): Promise<Answer> {
    return this.#until(
      () => this.#get(`/api/payments/orders/${order.orderId}/checkout`, token),
      ({ status, error }) => status === 200 || (mayBeCancelled && error?.code === 'PAYMENT-400-003'),
    );
  }

  /** The same wish until it is known what came of it; a new one where the money certainly stayed. */
  async #cancel(paymentId: string, token: string, krw: bigint | null): Promise<string> {
    const body = JSON.stringify({ cancelReason: '단순 변심', ...(krw !== null && { cancelAmount: Number(krw) }) });
    for (let wish = 1; ; wish++) {
      const key = `demo-${paymentId}-${wish}`;
      const cancel = () => this.#send('POST', `/api/payments/${paymentId}/cancel`, token, body, key);
      const answer = await this.#until(cancel, isFinal);
      if (answer.error?.code !== 'PAYMENT-502-001') return wordOf(answer);
    }
  }

  /** Opens a payment window and authenticates in it. Returns the payment key to confirm with. */
  async authenticate(order: PlannedOrder, checkout: Checkout): Promise<string> {
    const { pgOrderId, amount, orderName, clientKey, customerKey } = checkout;
    const authenticated = await this.#until(
      () =>
        this.#toss.authenticate({
          clientKey,
          customerKey,
          orderId: pgOrderId,
          orderName,
          amount,
          ...(order.story === 'is declined' && { outcome: { declineCode: 'REJECT_CARD_COMPANY' } }),
        }),
      () => true,
    );
    return authenticated.paymentKey;
  }

  /** One confirm and its answer, whatever that is. @throws when the connection breaks. */
  confirmOnce(order: PlannedOrder, token: string, paymentKey: string): Promise<Answer> {
    const amount = order.story === 'pays a wrong amount' ? order.amount - 1n : order.amount;
    const body = `{"paymentKey":${JSON.stringify(paymentKey)},"orderId":${order.orderId},"amount":${amount}}`;
    return this.#send('POST', '/api/payments/confirm', token, body);
  }

  async #confirm(order: PlannedOrder, token: string, paymentKey: string): Promise<BuyerAnswer> {
    const confirm = () => this.#until(() => this.confirmOnce(order, token, paymentKey), isFinal);

    const first = await confirm();
    const contradictions: string[] = [];
    if (order.confirmsTwice) {
      const again = await confirm();
      // Once the order is cancelled, nothing of it can be paid any more.
      const isOver = order.ending?.kind === 'order cancelled' && wordOf(again) === 'PAYMENT-400-003';
      if (wordOf(again) !== wordOf(first) && !isOver) contradictions.push(`${wordOf(first)}, then ${wordOf(again)}`);
    }
    const { paymentId } = (first.data ?? {}) as { paymentId?: string };
    const answer = { orderId: order.orderId, status: first.status, word: wordOf(first), paymentKey, contradictions };
    return { ...answer, ...(paymentId !== undefined && { paymentId }) };
  }

  async #seeIt(order: PlannedOrder, token: string): Promise<BuyerAnswer> {
    const answer = await this.#until(
      () => this.#get(`/api/payments/orders/${order.orderId}`, token),
      ({ status }) => status === 200,
    );
    return {
      orderId: order.orderId,
      status: answer.status,
      word: wordOf(answer),
      paymentKey: null,
      contradictions: [],
    };
  }

  #get(path: string, token: string): Promise<Answer> {
    return this.#send('GET', path, token);
  }

  async #send(method: string, path: string, token: string, body?: string, key?: string): Promise<Answer> {
    const response = await fetch(`${this.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body }),
      signal: this.signal,
    });
    const { data, error } = parseJson(await response.text()) as { data?: object; error?: ErrorBody };
    return {
      status: response.status,
      data,
      error,
      retryAfterSeconds: Number(response.headers.get('retry-after') ?? 0),
    };
  }

  /** Asks until the answer will do; a connection that breaks is one more reason to ask again. */
  async #until<T>(ask: () => Promise<T>, willDo: (answer: T) => boolean): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let last = 'nothing'; ;) {
      this.signal.throwIfAborted();
      try {
        const answer = await ask();
        if (willDo(answer)) return answer;
        last = JSON.stringify(answer, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
      } catch (error) {
        last = String(error);
      }
      if (Date.now() > deadline)
        throw new Error(`no final answer within ${PATIENCE_MS / 1_000} s; the last was ${last}`);
      await sleep(RETRY_DELAY_MS);
    }
  }
}

interface Checkout {
  readonly pgOrderId: string;
  readonly amount: number;
  readonly orderName: string;
  readonly clientKey: string;
  readonly customerKey: string;
}

interface ErrorBody {
  readonly code: string;
  readonly details?: { readonly outcome?: string };
}

export interface Answer {
  readonly status: number;
  readonly data: object | undefined;
  readonly error: ErrorBody | undefined;
  /** 0 unless the answer says when to come back. */
  readonly retryAfterSeconds: number;
}

/** "Come back later" and "nobody knows yet" are no answers to settle for. */
export function isFinal({ status, error }: Answer): boolean {
  if (status === 200) return true;
  if (error === undefined || status === 503 || status === 500) return false;
  if (error.code === 'PAYMENT-409-001') return false;
  // Nothing was charged, and no repetition changes that: the payment key is over.
  if (error.code === 'PAYMENT-400-004') return true;
  return error.details?.outcome !== 'unknown' && error.details?.outcome !== 'not-charged';
}

export function wordOf({ data, error }: Answer): string {
  // Where a code has several outcomes, it is they that matter.
  if (error !== undefined) return (error.code === 'PAYMENT-502-001' ? error.details?.outcome : undefined) ?? error.code;
  return (data as { status?: string } | undefined)?.status ?? 'no status';
}
