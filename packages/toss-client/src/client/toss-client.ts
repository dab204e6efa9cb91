import { CallLimits } from './transport/call-limits';
import { type HttpReading } from './transport/exchange';
import { HttpExchange, type HttpQuestion } from './transport/http-exchange';
import { parseJson, parseJsonObject, textField } from './answers/json-fields';
import { refusesTheKey, type SecretKeySlot, type TossAnswer } from './answers/toss-answer';
import { type TossOperation } from './toss-call-observer';
import { type TossCancelRequest } from './toss-cancel-request';
import { type TossClientConfig } from './toss-client-config';
import { type TossConfirmRequest } from './toss-confirm-request';
import { readTossPayment, type TossPayment } from './answers/toss-payment';
import { readTossTransactions, type TossTransaction } from './answers/toss-transaction';

export interface TossCallOptions {
  /** Shortens the configured total deadline for this call. */
  readonly deadlineMs?: number;
  /** Use this key and no other: a resend must not change it. Without it the current key goes first. */
  readonly secretKey?: SecretKeySlot;
  /** For the observer: how often the caller has tried this, 1 for the first time. */
  readonly attempt?: number;
}

/**
 * Speaks Toss's API (v1) and nothing else: it neither retries nor decides what an answer means for money. No method
 * rejects for what Toss or the network did.
 */
export class TossClient {
  readonly #http: HttpExchange;
  /** Look-ups have limits of their own: they are how an unclear charge is cleared up, also while confirms fail. */
  readonly #limits: { readonly POST: CallLimits; readonly GET: CallLimits };

  constructor(private readonly config: TossClientConfig) {
    this.#http = new HttpExchange(config);
    this.#limits = { POST: new CallLimits(config), GET: new CallLimits(config) };
  }

  /**
   * Charges an authenticated payment. Safe to repeat with the same idempotency key and the same secret key, for 15 days.
   * @throws RangeError for an idempotency key that Toss cannot take: 1 to 300 visible ASCII characters.
   */
  confirm(
    request: TossConfirmRequest,
    idempotencyKey: string,
    options: TossCallOptions = {},
  ): Promise<TossAnswer<TossPayment>> {
    const { paymentKey, orderId, amount } = request;
    const body = JSON.stringify({ paymentKey, orderId, amount });
    return this.#post('confirm', '/v1/payments/confirm', body, idempotencyKey, options);
  }

  /**
   * Gives back an amount. Safe to repeat like {@link TossClient.confirm}.
   * @throws RangeError as confirm does.
   */
  cancel(
    request: TossCancelRequest,
    idempotencyKey: string,
    options: TossCallOptions = {},
  ): Promise<TossAnswer<TossPayment>> {
    const { paymentKey, ...fields } = request;
    const path = `/v1/payments/${encodeURIComponent(paymentKey)}/cancel`;
    return this.#post('cancel', path, JSON.stringify(fields), idempotencyKey, options);
  }

  getByPaymentKey(paymentKey: string, options: TossCallOptions = {}): Promise<TossAnswer<TossPayment>> {
    return this.#get('get-by-payment-key', `/v1/payments/${encodeURIComponent(paymentKey)}`, readPaymentText, options);
  }

  /** Toss does not say which payment it returns when several attempts share an order id. */
  getByOrderId(orderId: string, options: TossCallOptions = {}): Promise<TossAnswer<TossPayment>> {
    return this.#get('get-by-order-id', `/v1/payments/orders/${encodeURIComponent(orderId)}`, readPaymentText, options);
  }

  /**
   * The rows of Toss's books between two instants, oldest first; a row may appear up to 60 s late.
   * @param range `startingAfter` is the transaction key of the last row already read; `limit` is at most 5,000.
   */
  transactions(
    range: { from: Date; to: Date; startingAfter?: string; limit?: number },
    options: TossCallOptions = {},
  ): Promise<TossAnswer<readonly TossTransaction[]>> {
    const query = new URLSearchParams({ startDate: koreanTime(range.from), endDate: koreanTime(range.to) });
    if (range.startingAfter !== undefined) query.set('startingAfter', range.startingAfter);
    if (range.limit !== undefined) query.set('limit', String(range.limit));
    return this.#get('transactions', `/v1/transactions?${query.toString()}`, readTransactionsText, options);
  }

  /** Names the secret key of a slot without telling it; null where there is none. */
  credentialOf(slot: SecretKeySlot): string | null {
    const [current, previous] = this.config.secretKeys;
    return (slot === 'current' ? current : previous)?.fingerprint ?? null;
  }

  /** Ends idle connections; calls under way are cut off. */
  close(): void {
    this.#http.close();
  }

  #post(
    operation: TossOperation,
    path: string,
    body: string,
    idempotencyKey: string,
    options: TossCallOptions,
  ): Promise<TossAnswer<TossPayment>> {
    if (!/^[\x21-\x7e]{1,300}$/.test(idempotencyKey)) {
      throw new RangeError('an idempotency key has 1 to 300 visible ASCII characters');
    }
    return this.#call(operation, { method: 'POST', path, body, idempotencyKey }, readPaymentText, options);
  }

  #get<T>(operation: TossOperation, path: string, read: (body: string) => T | null, options: TossCallOptions) {
    return this.#call(operation, { method: 'GET', path }, read, options);
  }

  async #call<T>(
    operation: TossOperation,
    question: HttpQuestion,
    read: (body: string) => T | null,
    options: TossCallOptions,
  ): Promise<TossAnswer<T>> {
    const startedAt = performance.now();
    const leftMs = () =>
      Math.max(
        1,
        Math.min(options.deadlineMs ?? Infinity, this.config.totalDeadlineMs) - (performance.now() - startedAt),
      );

    const slot = options.secretKey ?? 'current';
    const answer = await this.#ask(operation, question, read, slot, leftMs(), options.attempt ?? 1);
    const [, previous] = this.config.secretKeys;
    if (options.secretKey !== undefined || previous === undefined || !refusesTheKey(answer)) return answer;
    return this.#ask(operation, question, read, 'previous', leftMs(), options.attempt ?? 1);
  }

  async #ask<T>(
    operation: TossOperation,
    question: HttpQuestion,
    read: (body: string) => T | null,
    slot: SecretKeySlot,
    deadlineMs: number,
    attempt: number,
  ): Promise<TossAnswer<T>> {
    const startedAt = performance.now();
    const [current, previous] = this.config.secretKeys;
    const secretKey = slot === 'previous' && previous !== undefined ? previous : current;
    const reading = hasDotSegment(question.path)
      ? notAPath
      : await this.#limits[question.method].run((left) => this.#http.ask(question, secretKey, left), deadlineMs);
    const answer = answerOf(reading, read, slot);
    this.#observe(operation, answer, performance.now() - startedAt, attempt);
    return answer;
  }

  #observe(operation: TossOperation, answer: TossAnswer<unknown>, durationMs: number, attempt: number): void {
    const outcomeKind = answer.kind === 'no-answer' ? answer.phase : answer.kind;
    const code = answer.kind === 'ok' ? null : answer.kind === 'error' ? answer.code : answer.cause;
    try {
      this.config.onCall({ operation, outcomeKind, code, httpStatus: answer.httpStatus, durationMs, attempt });
    } catch {
      // The answer is about money; a broken meter must not lose it.
    }
  }
}

function answerOf<T>(reading: HttpReading, read: (body: string) => T | null, secretKey: SecretKeySlot): TossAnswer<T> {
  if (reading.kind === 'no-answer') return { ...reading, secretKey };
  const { httpStatus, answeredAt, traceId, body } = reading;
  const unreadable = (cause: string) =>
    ({ kind: 'no-answer', phase: 'unreadable', cause, httpStatus, traceId, secretKey }) as const;

  if (httpStatus >= 200 && httpStatus < 300) {
    const value = read(body);
    return value === null
      ? unreadable('not-what-was-asked-for')
      : { kind: 'ok', value, httpStatus, traceId, secretKey };
  }
  const error = parseJsonObject(body);
  const code = textField(error, 'code');
  if (code === null || code === '') return unreadable('no-error-code');
  const message = textField(error, 'message') ?? '';
  return {
    kind: 'error',
    httpStatus,
    code: code.slice(0, 100),
    message: message.slice(0, 510),
    answeredAt,
    traceId,
    secretKey,
  };
}

/** A payment key comes from the buyer's browser: `..` would address another resource, and no encoding prevents that. */
function hasDotSegment(path: string): boolean {
  return /\/\.{0,2}(\/|$)/.test(path);
}

const notAPath: HttpReading = {
  kind: 'no-answer',
  phase: 'not-sent',
  cause: 'not-a-path-segment',
  httpStatus: null,
  traceId: null,
};

function readPaymentText(body: string): TossPayment | null {
  return readTossPayment(parseJson(body));
}

function readTransactionsText(body: string): readonly TossTransaction[] | null {
  return readTossTransactions(parseJson(body));
}

/** `yyyy-MM-ddTHH:mm:ss` as the clocks in Korea show it, nine hours ahead of UTC all year. */
function koreanTime(instant: Date): string {
  return new Date(instant.getTime() + 9 * 3_600_000).toISOString().slice(0, 19);
}
