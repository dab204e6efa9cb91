import { Agent as HttpAgent, request as requestHttp, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { urlToHttpOptions } from 'node:url';

import { type SecretKey } from '../secret-key';
import { type TossClientConfig } from '../toss-client-config';
import { exchange, type HttpReading } from './exchange';

export interface HttpQuestion {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly idempotencyKey?: string;
}

/** Asks Toss over connections that are kept. Follows no redirect, and no proxy of the environment. */
export class HttpExchange {
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #send: typeof requestHttp;
  readonly #server: Pick<RequestOptions, 'protocol' | 'hostname' | 'port' | 'agent'>;
  readonly #pathPrefix: string;

  constructor(private readonly config: TossClientConfig) {
    const url = new URL(config.baseUrl);
    const { protocol, hostname, port } = urlToHttpOptions(url);
    const isPlain = protocol === 'http:';
    // As many sockets as calls may be under way, so that none waits inside the agent where nobody sees it.
    const pool = {
      keepAlive: true,
      maxSockets: 2 * config.concurrentCallsMax,
      maxFreeSockets: config.concurrentCallsMax,
    };
    this.#agent = isPlain ? new HttpAgent(pool) : new HttpsAgent(pool);
    this.#send = isPlain ? requestHttp : requestHttps;
    this.#server = { protocol, hostname, port, agent: this.#agent };
    this.#pathPrefix = url.pathname === '/' ? '' : url.pathname;
  }

  /** Never rejects. Ends after `deadlineMs` at the latest, body included. */
  ask(question: HttpQuestion, secretKey: SecretKey, deadlineMs: number): Promise<HttpReading> {
    const { method, path, body } = question;
    const headers = this.#headersOf(question, secretKey);
    const options = { ...this.#server, method, path: `${this.#pathPrefix}${path}`, headers };
    const { connectDeadlineMs, responseBytesMax } = this.config;
    return exchange(() => this.#send(options), body, { connectDeadlineMs, deadlineMs, responseBytesMax });
  }

  close(): void {
    this.#agent.destroy();
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
