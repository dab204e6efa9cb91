import { type Metrics } from '@koosco/payment-telemetry';
import { type RequestHandler } from 'express';
import { commonErrorCodes } from '../errors/error-codes';
import { HttpError } from '../errors/http-error';

/** By then a worker that is full has served all that it had. */
const RETRY_AFTER_SECONDS = '1';

/**
 * The API requests that this worker works on at once. Beyond its bound a request is turned away before anything of it has
 * begun: what a worker cannot serve in time it would otherwise serve late, with everything else. A request that waits for
 * somebody else, for Toss above all, is no work: a slow Toss alone turns nobody away.
 */
export class Workload {
  #working = 0;
  readonly #turnedAway;

  /** @param requestsMax as many as are served within the time that a buyer waits gladly. */
  constructor(
    private readonly requestsMax: number,
    metrics: Metrics,
  ) {
    metrics.gauge(
      {
        name: 'http_server_requests_working',
        help: 'API requests that are worked on, without those that wait for Toss',
      },
      () => this.#working,
    );
    this.#turnedAway = metrics.counter({
      name: 'http_server_requests_turned_away_total',
      help: 'API requests that were answered 503 at once, because as many as may be were worked on',
    });
  }

  readonly admit: RequestHandler = (_request, response, next) => {
    if (this.#working >= this.requestsMax) {
      this.#turnedAway.inc();
      next(new HttpError(commonErrorCodes.UNAVAILABLE, { headers: { 'Retry-After': RETRY_AFTER_SECONDS } }));
      return;
    }
    this.#working += 1;
    // Comes once, also when the client has gone first.
    response.once('close', () => (this.#working -= 1));
    next();
  };

  /** Waits for somebody else on behalf of a request. */
  async apart<T>(wait: () => Promise<T>): Promise<T> {
    this.#working -= 1;
    try {
      return await wait();
    } finally {
      this.#working += 1;
    }
  }
}
