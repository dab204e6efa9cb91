import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, isAxiosError } from 'axios';

import { type SecretKey } from '../secret-key';
import { type NoAnswerPhase } from '../answers/toss-answer';
import { type TossClientConfig } from '../toss-client-config';
import { WatchedRequest } from './watched-request';

export interface HttpQuestion {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly idempotencyKey?: string;
}

export type HttpReading =
  | {
      readonly kind: 'received';
      readonly httpStatus: number;
      readonly body: string;
      /** What the server's clock said (`Date`, RFC 9110 §6.6.1); null without a readable one. */
      readonly answeredAt: Date | null;
      readonly traceId: string | null;
    }
  | {
      readonly kind: 'no-answer';
      readonly phase: NoAnswerPhase;
      readonly cause: string;
      readonly httpStatus: number | null;
      readonly traceId: string | null;
    };

/** One HTTP request and what came of it, as plain values: axios's errors, which hold keys and bodies, end here. */
export class HttpExchange {
  readonly #axios: AxiosInstance;
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent };

  constructor(private readonly config: TossClientConfig) {
    // As many sockets as calls may be under way, so that none waits inside the agent where nobody sees it.
    const pool = {
      keepAlive: true,
      maxSockets: 2 * config.concurrentCallsMax,
      maxFreeSockets: config.concurrentCallsMax,
    };
    this.#agents = { http: new HttpAgent(pool), https: new HttpsAgent(pool) };
    this.#axios = axios.create({
      baseURL: config.baseUrl,
      httpAgent: this.#agents.http,
      httpsAgent: this.#agents.https,
      proxy: config.proxy,
      maxContentLength: config.responseBytesMax,
      responseType: 'text',
      transformRequest: [],
      transformResponse: [],
      validateStatus: () => true,
    });
  }

  /** Never rejects. Ends after `deadlineMs` at the latest, body included. */
  async ask(question: HttpQuestion, secretKey: SecretKey, deadlineMs: number): Promise<HttpReading> {
    const watched = new WatchedRequest(this.config.connectDeadlineMs);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    try {
      const response = await this.#axios.request<string>({
        method: question.method,
        url: question.path,
        data: question.body,
        headers: this.#headersOf(question, secretKey),
        signal: deadline.signal,
        transport: watched.transport,
      });
      return {
        kind: 'received',
        httpStatus: response.status,
        body: response.data,
        answeredAt: dateOf(response.headers['date']),
        traceId: watched.head?.traceId ?? null,
      };
    } catch (error) {
      return noAnswer(watched, deadline.signal.aborted ? 'total-deadline' : causeOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #headersOf({ body, idempotencyKey }: HttpQuestion, secretKey: SecretKey): Record<string, string> {
    return {
      Authorization: secretKey.basicAuthorization(),
      Accept: 'application/json',
      'Accept-Language': this.config.acceptLanguage,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
    };
  }
}

function dateOf(header: unknown): Date | null {
  const at = new Date(typeof header === 'string' ? header : Number.NaN);
  return Number.isNaN(at.getTime()) ? null : at;
}

function noAnswer(watched: WatchedRequest, cause: string): HttpReading {
  return {
    kind: 'no-answer',
    phase: phaseOf(watched, cause),
    cause,
    httpStatus: watched.head?.httpStatus ?? null,
    traceId: watched.head?.traceId ?? null,
  };
}

function phaseOf(watched: WatchedRequest, cause: string): NoAnswerPhase {
  if (!watched.connected) return 'not-sent';
  if (watched.head === null) return 'no-response';
  return cause === 'body-too-long' ? 'unreadable' : 'cut-body';
}

/** A word for logs and metrics; the error's message is left behind, for it may quote what was sent. */
function causeOf(error: unknown): string {
  if (isAxiosError(error)) {
    if (error.message.startsWith('maxContentLength')) return 'body-too-long';
    if (error.message === 'stream has been aborted') return 'body-ended-early';
  }
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unexpected-error';
}
