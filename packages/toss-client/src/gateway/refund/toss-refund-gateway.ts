import {
  type Clock,
  type RefundGateway,
  type RefundReading,
  type RefundRequest,
  type SendPermit,
} from '@koosco/payment-application';
import { type RefundOutcome, type SendRecord } from '@koosco/payment-domain';

import { type TossClient } from '../../client/toss-client';
import { firstSend } from '../protocol/first-send';
import { MoneyExchange } from '../protocol/money-exchange';
import { type ProtocolRules } from '../protocol/money-protocol';
import { defaultProtocolRules } from '../protocol/protocol-rules';
import { readingOfFact } from '../reading-of-fact';
import { complaintOfCancel, factOfCancel, factOfRefundBooks } from './refund-facts';

/** A cancel has no session that ends; this is only how long one may reasonably be under way. */
const MAY_ARRIVE_FOR_MS = 15 * 60_000;

/** Gives money back through Toss. Neither method rejects for anything that Toss or the network did. */
export class TossRefundGateway implements RefundGateway {
  readonly #exchange: MoneyExchange;

  /** @param options.random from 0 up to, but not including, 1; for tests. */
  constructor(
    private readonly client: TossClient,
    private readonly clock: Clock,
    options: { rules?: Partial<ProtocolRules>; random?: () => number } = {},
  ) {
    const rules = { ...defaultProtocolRules, ...options.rules };
    this.#exchange = new MoneyExchange(rules, clock, options.random ?? Math.random);
  }

  firstSend(now: Date): SendRecord {
    return firstSend(this.client.credentialOf('current'), now, MAY_ARRIVE_FOR_MS);
  }

  refund(request: RefundRequest, permit: SendPermit): Promise<RefundOutcome> {
    const { paymentKey, receiveAccount } = request;
    const cancel = {
      paymentKey,
      cancelReason: request.reason,
      cancelAmount: Number(request.amount.krw),
      // Toss's own guard against a second refund: it moves nothing when the remainder is another.
      refundableAmount: Number(request.remainingBefore.krw),
      ...(receiveAccount && { refundReceiveAccount: receiveAccount }),
    };
    return this.#exchange.run<RefundOutcome>(
      {
        operation: 'cancel',
        idempotencyKey: request.idempotencyKey,
        send: (key, options) => this.client.cancel(cancel, key, options),
        lookUp: (options) => this.client.getByPaymentKey(paymentKey, options),
        readSend: (answer) => factOfCancel(answer, request, this.clock.now()),
        readLookUp: (answer) => factOfRefundBooks(answer, request, this.clock.now()),
        credentialOf: (slot) => this.client.credentialOf(slot),
        complaintOf: complaintOfCancel,
      },
      permit,
      this.firstSend(this.clock.now()),
    );
  }

  async lookUpRefund(request: RefundRequest): Promise<RefundReading> {
    const answer = await this.client.getByPaymentKey(request.paymentKey);
    return readingOfFact(factOfRefundBooks(answer, request, this.clock.now()), answer);
  }
}
