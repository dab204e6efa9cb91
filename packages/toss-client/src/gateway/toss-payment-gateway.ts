import {
  type ApprovalReading,
  type ApprovalRequest,
  type Clock,
  type PaymentGateway,
} from '@koosco/payment-application';
import { type ApprovalOutcome } from '@koosco/payment-domain';

import { type TossAnswer, type TossError } from '../client/toss-answer';
import { type TossClient } from '../client/toss-client';
import { type TossPayment } from '../client/toss-payment';
import { factOfBooks, factOfConfirm } from './approval-facts';
import { lookUpRuleOf } from './look-up-rules';
import { MoneyExchange } from './money-exchange';
import { type ProtocolRules } from './money-protocol';
import { defaultProtocolRules } from './protocol-rules';
import { readingOfFact } from './reading-of-fact';

/**
 * From authentication a buyer's payment can be confirmed for 10 minutes. What Toss does not know 5 minutes after that
 * cannot have been charged.
 */
const ABSENCE_IS_FINAL_AFTER_MS = 15 * 60_000;

/** On top of the longest approval, so that no second worker starts on an attempt while the first may still send. */
const LEASE_MARGIN_MS = 5_000;

/** Charges through Toss. Neither method rejects for anything that Toss or the network did. */
export class TossPaymentGateway implements PaymentGateway {
  readonly #rules: ProtocolRules;
  readonly #exchange: MoneyExchange;

  /** @param options.random from 0 up to, but not including, 1; for tests. */
  constructor(
    private readonly client: TossClient,
    private readonly clock: Clock,
    options: { rules?: Partial<ProtocolRules>; random?: () => number } = {},
  ) {
    this.#rules = { ...defaultProtocolRules, ...options.rules };
    this.#exchange = new MoneyExchange(this.#rules, clock, options.random ?? Math.random);
  }

  /** How long whoever calls {@link TossPaymentGateway.approve} must have the attempt to itself. */
  get attemptLeaseMs(): number {
    return this.#rules.totalMs + LEASE_MARGIN_MS;
  }

  approve(request: ApprovalRequest): Promise<ApprovalOutcome> {
    const { paymentKey, pgOrderId: orderId } = request;
    const amount = Number(request.amount.krw);
    return this.#exchange.run<ApprovalOutcome>({
      operation: 'confirm',
      idempotencyKey: request.idempotencyKey,
      send: (key, options) => this.client.confirm({ paymentKey, orderId, amount }, key, options),
      lookUp: (options) => this.client.getByPaymentKey(paymentKey, options),
      readSend: (answer) => factOfConfirm(answer, request, this.clock.now()),
      readLookUp: (answer) => factOfBooks(answer, request, this.clock.now()),
    });
  }

  /**
   * One look into Toss's books; whoever settles unclear charges asks again later anyway.
   * @param request `requestedAt` is when the charge was first asked for. Only then is it clear when "no such payment" is
   *   final; without it, that stays `unknown`.
   */
  async lookUp(request: ApprovalRequest & { readonly requestedAt?: Date }): Promise<ApprovalReading> {
    const answer = await this.client.getByPaymentKey(request.paymentKey);
    const absence = absenceIn(answer);
    if (absence !== null) return this.#readingOf(absence, request.requestedAt);
    return readingOfFact(factOfBooks(answer, request, this.clock.now()), answer);
  }

  #readingOf({ code: pgCode, message: pgMessage }: TossError, requestedAt: Date | undefined): ApprovalReading {
    const isFinal =
      requestedAt !== undefined && this.clock.now().getTime() - requestedAt.getTime() > ABSENCE_IS_FINAL_AFTER_MS;
    if (isFinal) return { kind: 'refused', pgCode, pgMessage };
    return { kind: 'unknown', pgCode, reason: 'Toss does not know the payment, or not yet' };
  }
}

function absenceIn(answer: TossAnswer<TossPayment>): TossError | null {
  return answer.kind === 'error' && lookUpRuleOf(answer.code).class === 'absent' ? answer : null;
}
