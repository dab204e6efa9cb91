import { type IncomingMessage, type ServerResponse } from 'node:http';
import { errorCode, findErrorCode } from '../codes/code-catalogue';
import { type Call } from '../faults/call';
import { operationOfRoute } from '../faults/forced-codes';
import { type Fault, type FaultRule } from '../faults/fault';
import { type SandboxMetrics } from '../metrics';
import { decided, errorAnswer, refuse, type Answer, type Prepared, type Speaker } from '../operations/answer';
import { cancel } from '../operations/cancel';
import { confirm } from '../operations/confirm';
import { lookup } from '../operations/lookup';
import { transactions } from '../operations/transactions';
import { idempotencyIdentity } from '../state/idempotency-store';
import { fingerprintOf, type KeyHolder } from '../state/merchant-keys';
import { newTraceId } from '../state/payment/payment-identity';
import { type SandboxState } from '../state/sandbox-state';
import { type WebhookDelivery } from '../webhooks/webhook-delivery';
import { authenticateKey } from './basic-auth';
import { delayOf, sendTossAnswer } from './faulty-answer';
import { parseJson, readBody } from './request-body';
import { tossRoute, type TossRoute } from './toss-route';

/** Documented: an Idempotency-Key may have 300 characters. */
const idempotencyKeyLengthMax = 300;

interface TossRequest extends Speaker {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly route: TossRoute;
  readonly call: Call;
  readonly body: unknown;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly testCode: string | undefined;
  /** Whose faults it suffers. */
  readonly faultRules: readonly FaultRule[];
}

/** An answer together with what the wire adds to it. */
export interface TracedAnswer extends Answer {
  readonly traceId: string;
  readonly webhooks?: readonly WebhookDelivery[];
}

/** The API as Toss offers it: auth, then idempotency, then test code, then the operation; faults happen around all that. */
export class TossApi {
  constructor(
    private readonly state: SandboxState,
    private readonly metrics: SandboxMetrics,
    /** Called when webhooks may go out. */
    private readonly dispatch: (deliveries: readonly WebhookDelivery[]) => Promise<void>,
  ) {}

  /** Answers one request under `/v1/`, or breaks its connection when a fault says so. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await this.read(message);
    if (request === undefined) {
      const speaker: Speaker = { language: 'ko', switches: this.state.switches };
      const { answer } = refuse('lookup', 'NOT_FOUND_HTTP_METHOD', speaker);
      sendTossAnswer(response, { ...answer, traceId: newTraceId(this.state.random) }, { faults: [] });
      return;
    }
    const over = this.metrics.begun(request.route.name);
    try {
      await this.handleRead(request, response);
    } finally {
      over();
    }
  }

  private async handleRead(request: TossRequest, response: ServerResponse): Promise<void> {
    const { method, path, body, idempotencyKey = null } = request;
    const faults = faultsOf(request);
    const logged = this.state.requests.begin({
      ...{ atMs: this.state.clock.nowMs(), method, path, body, idempotencyKey },
      faults: faults.map(({ kind }) => kind),
    });
    for (const fault of faults) this.metrics.fault(fault.kind);
    await this.delay(request, 'before');
    if (
      has(faults, 'lose-request') ||
      faults.some((fault) => fault.kind === 'server-error' && fault.processed !== true)
    ) {
      this.metrics.request(request.route.name, 'lost');
      logged.lost();
      sendTossAnswer(response, undefined, { faults });
      return;
    }
    void this.dispatch(await this.state.expireDue());
    const answer = await this.answer(request);
    await this.state.settled();
    if (this.state.switches.webhookMoment === 'before-answer') await this.dispatch(answer.webhooks ?? []);
    await this.delay(request, 'after');
    this.metrics.request(request.route.name, String(answer.status));
    if (has(faults, 'drop-response')) logged.lost();
    else logged.answered(answer.status, answer.body);
    sendTossAnswer(response, answer, { faults, idempotencyKey: request.idempotencyKey });
    if (this.state.switches.webhookMoment === 'after-answer') void this.dispatch(answer.webhooks ?? []);
  }

  private delay({ faultRules }: TossRequest, stage: 'before' | 'during' | 'after'): Promise<void> {
    return delayOf(faultRules, stage, (rule) => this.state.faults.removed(rule));
  }

  private async read(message: IncomingMessage): Promise<TossRequest | undefined> {
    const method = message.method ?? 'GET';
    const [path = '', query = ''] = (message.url ?? '').split('?', 2);
    const text = await readBody(message);
    const route = tossRoute(method, path);
    if (route === undefined) return undefined;
    const body = method === 'POST' ? parseJson(text) : undefined;
    const call = this.callOf(route, body);
    const key = message.headers['idempotency-key'];
    return {
      method,
      path,
      query: new URLSearchParams(query),
      route,
      call,
      body,
      language: message.headers['accept-language']?.toLowerCase().startsWith('en') === true ? 'en' : 'ko',
      switches: this.state.switches,
      authorization: message.headers.authorization,
      idempotencyKey: method === 'POST' && typeof key === 'string' && key !== '' ? key : undefined,
      testCode: message.headers['tosspayments-test-code']?.toString(),
      faultRules: [...this.state.faults.taking(call)],
    };
  }

  private callOf({ name, id }: TossRoute, body: unknown): Call {
    const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const paymentKey =
      name === 'confirm' ? textOf(fields['paymentKey']) : name === 'cancel' || name === 'get-payment' ? id : undefined;
    const ownOrderId =
      name === 'confirm' ? textOf(fields['orderId']) : name === 'get-payment-by-order' ? id : undefined;
    const orderId = ownOrderId ?? (paymentKey === undefined ? undefined : this.state.payments.get(paymentKey)?.orderId);
    return { route: name, orderId, paymentKey };
  }

  private async answer(request: TossRequest): Promise<TracedAnswer> {
    const traceId = newTraceId(this.state.random);
    const auth = authenticateKey(request.authorization, this.state.keys);
    const turnedAway = this.turnedAway(request);
    const refused =
      turnedAway ?? (auth.kind === 'refused' ? refuse(operationOf(request), auth.code, request).answer : undefined);
    const refusedKept = request.switches[turnedAway === undefined ? 'replayOf401' : 'replayOf429'] === 'replayed';
    const { idempotencyKey: key } = request;
    if (key === undefined || (refused !== undefined && !refusedKept)) {
      if (refused !== undefined) return { ...refused, traceId };
      return this.carryOut(request, holderOf(auth), { traceId });
    }
    if (key.length > idempotencyKeyLengthMax) {
      return { ...refuse('confirm', 'INVALID_IDEMPOTENCY_KEY', request).answer, traceId };
    }
    const apiKey = auth.kind === 'known' ? auth.holder.fingerprint : fingerprintOf(request.authorization ?? '');
    const identity = idempotencyIdentity({ key, apiKey, method: request.method, path: request.path });
    const nowMs = this.state.clock.nowMs();
    const claim = this.state.idempotency.claim(identity, nowMs);
    switch (claim.kind) {
      case 'in-flight':
        return { ...refuse('confirm', 'IDEMPOTENT_REQUEST_PROCESSING', request).answer, traceId };
      case 'answered': {
        const kept = await this.state.readAnswer(claim.at);
        return { status: kept.status, body: kept.body, traceId: `${traceId}, ${kept.traceId}` };
      }
      case 'first':
        return this.carryOut(request, refused ?? holderOf(auth), { traceId, use: { identity, firstUsedMs: nowMs } });
    }
  }

  /** Carries the request out once and, under an idempotency key, keeps its answer with whatever it changed. */
  private async carryOut(
    request: TossRequest,
    by: KeyHolder | Answer,
    { traceId, use }: { traceId: string; use?: { identity: string; firstUsedMs: number } },
  ): Promise<TracedAnswer> {
    let locked: string | undefined;
    let kept = false;
    try {
      const prepared = 'body' in by ? decided({ answer: by }) : await this.operate(request, by);
      locked = prepared.locked;
      // From here to the commit nothing may be awaited.
      const outcome = prepared.decide();
      const { status, body } = outcome.answer;
      kept = use !== undefined && isKept(status, request);
      const answer = kept && use !== undefined ? { ...use, status, body, traceId } : undefined;
      const change = { ...outcome.change, ...(answer && { answer }) };
      const webhooks = Object.keys(change).length === 0 ? [] : await this.state.commit(change);
      return { status, body, traceId, webhooks };
    } finally {
      if (use !== undefined && !kept) this.state.idempotency.release(use.identity);
      if (locked !== undefined) this.state.payments.unlock(locked);
    }
  }

  private operate(request: TossRequest, holder: KeyHolder): Promise<Prepared> | Prepared {
    const { route, language, switches, body, query } = request;
    const forced = this.forcedBy(request);
    if (forced === 'unknown') return decided(refuse('confirm', 'INVALID_TEST_CODE', request));
    const speaking = { language, switches, holder, forced };
    const processing = () => this.delay(request, 'during');
    switch (route.name) {
      case 'confirm':
        return confirm(this.state, {
          ...speaking,
          body,
          processing,
          ignoresAmount: has(faultsOf(request), 'ignore-amount'),
        });
      case 'cancel':
        return cancel(this.state, { ...speaking, body, paymentKey: route.id, processing });
      case 'get-payment':
        return decided(lookup(this.state, { ...speaking, by: { paymentKey: route.id } }));
      case 'get-payment-by-order':
        return decided(lookup(this.state, { ...speaking, by: { orderId: route.id } }));
      case 'transactions':
        return decided(transactions(this.state, { ...speaking, query }));
    }
  }

  /** The code this request must end in: by its own header first, else by a rule of the control plane. */
  private forcedBy(request: TossRequest) {
    const { testCode: code, call, switches } = request;
    const operation = operationOf(request);
    if (code === undefined) {
      const [forced] = this.state.forcedCodes.taking(call, (rule) => rule.operation === operation);
      return forced;
    }
    if (findErrorCode(operation, code) === undefined) return 'unknown';
    return { operation, code, effect: switches.testCodeMutates === 'yes' ? 'natural' : 'none' } as const;
  }

  /** The answer of the edge when it does not let the request through, by a fault or by the rate limit. */
  private turnedAway(request: TossRequest): Answer | undefined {
    const { switches, route, authorization = '' } = request;
    const limited =
      switches.rateLimitPerMinute !== 'off' &&
      !this.state.rateLimit.allows(
        `${route.name} ${authorization}`,
        Number(switches.rateLimitPerMinute),
        this.state.clock.nowMs(),
      );
    if (!limited && !has(faultsOf(request), 'too-many-requests')) return undefined;
    switch (switches.rateLimitAnswer) {
      case '429':
        return { status: 429, body: JSON.stringify({ code: 'TOO_MANY_REQUESTS', message: 'Too Many Requests' }) };
      case 'FORBIDDEN_CONSECUTIVE_REQUEST':
        return errorAnswer(errorCode('lookup', 'FORBIDDEN_CONSECUTIVE_REQUEST'), request);
    }
  }
}

const operationOf = (request: TossRequest) => operationOfRoute[request.route.name];

/** A 409 says that another answer is on its way; whether a 5xx is kept nobody knows. */
const isKept = (status: number, { switches }: Speaker) =>
  status !== 409 && (status < 500 || switches.replayOf5xx === 'replayed');

const faultsOf = ({ faultRules }: TossRequest): readonly Fault[] => faultRules.map(({ fault }) => fault);

const has = (faults: readonly Fault[], kind: Fault['kind']) => faults.some((fault) => fault.kind === kind);

const textOf = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);

function holderOf(auth: ReturnType<typeof authenticateKey>): KeyHolder {
  if (auth.kind !== 'known') throw new Error('Only a known key gets this far');
  return auth.holder;
}
