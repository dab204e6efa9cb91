import { type GivenAnswer, type NamedRequests } from '@koosco/payment-db';
import { stringifyJson } from '@koosco/payment-contracts/json';
import { type Response } from 'express';
import { createHash } from 'node:crypto';
import { commonErrorCodes, paymentErrorCodes } from '../errors/error-codes';
import { HttpError } from '../errors/http-error';
import { type AuthenticatedRequest } from '../security/authenticated-request';
import { bodyOf } from './json-body';

/** Headers that belong to an answer itself; the others belong to the connection, or to this one request. */
const KEPT_HEADERS = ['content-type', 'location'];

/** What a key may be: visible ASCII, as Toss's own, and as long as fits. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Lets a caller name a request by an Idempotency-Key: told once, it is told the same again, byte for byte. A request
 * whose worker died is carried out again under the same name, and whatever that name has begun is joined, not repeated.
 */
export class NamedRequest {
  constructor(private readonly requests: NamedRequests) {}

  /**
   * @param handle is given the name of the request for good, or null where the caller gave it none.
   * @throws HttpError 400 for a key that is none, 422 `PAYMENT-422-001` for the key of another request.
   */
  async handle(
    request: AuthenticatedRequest,
    response: Response,
    handle: (wishId: string | null) => Promise<void>,
  ): Promise<void> {
    const key = keyOf(request);
    if (key === null) return handle(null);
    const requestId = sha256(`${request.context.callerId}\n${request.method} ${request.path}\n${key}`);
    const fingerprint = sha256(stringifyJson(bodyOf(request)));
    const known = await this.requests.begin(requestId, fingerprint);
    if (known.fingerprint !== fingerprint) throw new HttpError(paymentErrorCodes.IDEMPOTENCY_KEY_REUSED);
    if (known.answer !== null) {
      send(response, known.answer);
      return;
    }
    this.#keepAnswer(requestId, response);
    await handle(requestId);
  }

  /** An answer that will not change is durable before anybody is told it. */
  #keepAnswer(requestId: string, response: Response): void {
    const end = response.end.bind(response) as (body: unknown) => Response;
    const ending = async (body: string): Promise<void> => {
      const headers: Record<string, string> = {};
      for (const name of KEPT_HEADERS) {
        const value = response.getHeader(name);
        if (typeof value === 'string') headers[name] = value;
      }
      let answer: GivenAnswer = { status: response.statusCode, headers, body };
      // Told only to this caller, the others will be told the same when they ask: what is kept here can be found anew.
      answer = await this.requests.answer(requestId, answer).catch(() => answer);
      response.statusCode = answer.status;
      response.setHeader('content-length', Buffer.byteLength(answer.body));
      end(answer.body);
    };
    response.end = ((body?: unknown) => {
      const isFinal = response.statusCode < 500 && response.getHeader('retry-after') === undefined;
      const text = typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : '';
      if (isFinal) void ending(text);
      else end(body);
      return response;
    }) as Response['end'];
  }
}

function keyOf(request: AuthenticatedRequest): string | null {
  const [key, ...others] = request.headersDistinct['idempotency-key'] ?? [];
  if (key === undefined) return null;
  if (others.length === 0 && KEY.test(key)) return key;
  throw new HttpError(commonErrorCodes.INVALID_FIELDS, {
    fieldErrors: [{ field: 'Idempotency-Key', reason: '1자 이상 255자 이하의 공백 없는 문자열이어야 합니다.' }],
  });
}

function send(response: Response, { status, headers, body }: GivenAnswer): void {
  response.status(status).set(headers).end(body);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
