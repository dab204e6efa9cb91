import { HINT_WINDOW_MS, type HintInbox } from '@koosco/payment-application';
import { type Metrics } from '@koosco/payment-telemetry';
import { type Request, type Response } from 'express';
import { commonErrorCodes } from '../errors/error-codes';
import { HttpError } from '../errors/http-error';
import { bodyOf } from '../server/json-body';
import { hintOf } from './toss-webhook';

/**
 * `POST /api/webhooks/toss`: Toss tells that something has changed, and so may anybody. It is made durable and answered;
 * outbox-relay looks at Toss's books because of it, and believes those. Toss sends it again unless it is answered with 200
 * within 10 s (webhook guide of Toss).
 */
export class WebhookController {
  readonly #webhooks;

  constructor(
    private readonly inbox: Pick<HintInbox, 'keep'>,
    metrics: Metrics,
  ) {
    this.#webhooks = metrics.counter(
      {
        name: 'payment_webhooks_total',
        help: 'Webhooks by what they call themselves, and whether they name an order that could be ours',
        labelNames: ['kind', 'order'],
      },
      KNOWN_KINDS.map((kind) => ({ kind, order: 'ours' })),
    );
  }

  async receive(request: Request, response: Response): Promise<void> {
    const hint = hintOf(bodyOf(request));
    if (hint === null) throw new HttpError(commonErrorCodes.UNREADABLE_REQUEST);
    await this.inbox.keep(hint, HINT_WINDOW_MS);
    const kind = KNOWN_KINDS.includes(hint.kind) ? hint.kind : 'other';
    this.#webhooks.inc({ kind, order: hint.orderId === null ? 'foreign' : 'ours' });
    response.status(200).type('application/json').send('{"success":true}');
  }
}

/** A label has few values, whatever is sent. */
const KNOWN_KINDS = ['PAYMENT_STATUS_CHANGED', 'DEPOSIT_CALLBACK', 'CANCEL_STATUS_CHANGED'];
