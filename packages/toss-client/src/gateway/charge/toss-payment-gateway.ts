import {
  type ApprovalReading,
  type ApprovalRequest,
  type Clock,
  type GivenBackReader,
  type GivenBackReading,
  type PaymentGateway,
  type SendPermit,
} from '@koosco/payment-application';
import { type ApprovalOutcome, type SendRecord } from '@koosco/payment-domain';

import { type TossAnswer } from '../../client/answers/toss-answer';
import { type TossClient } from '../../client/toss-client';
import { type TossPayment } from '../../client/answers/toss-payment';
import { givenBackOf } from './given-back';
import { complaintOfConfirm, factOfBooks, factOfConfirm } from './approval-facts';
import { lookUpRuleOf } from '../codes/look-up-rules';
import { firstSend } from '../protocol/first-send';
import { MoneyExchange } from '../protocol/money-exchange';
import { type LookUpFact, type ProtocolRules } from '../protocol/money-protocol';
import { defaultProtocolRules } from '../protocol/protocol-rules';
import { readingOfFact } from '../reading-of-fact';

/**
 * From authentication a buyer's payment can be confirmed for 10 minutes, and nobody confirms before authentication: a
 * request that leaves now is refused when it arrives later than that. Five minutes are left for clocks that differ and
 * for books that are late.
 */
const MAY_ARRIVE_FOR_MS = 15 * 60_000;

/** What the buyer reads at Toss. */
const CALLED_OFF_REASON = '주문이 취소되었습니다.';

/** Charges through Toss. Neither method rejects for anything that Toss or the network did. */
export class TossPaymentGateway implements PaymentGateway, GivenBackReader {
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

  approve(request: ApprovalRequest, permit: SendPermit): Promise<ApprovalOutcome> {
    const { paymentKey, pgOrderId: orderId } = request;
    const amount = Number(request.amount.krw);
    const first = this.firstSend(this.clock.now());
    const { mayArriveUntil } = permit.past ?? first;
    return this.#exchange.run<ApprovalOutcome>(
      {
        operation: 'confirm',
        idempotencyKey: request.idempotencyKey,
        credentialOf: (slot) => this.client.credentialOf(slot),
        send: (key, options) => this.client.confirm({ paymentKey, orderId, amount }, key, options),
        lookUp: (options) => this.client.getByPaymentKey(paymentKey, options),
        readSend: (answer) => factOfConfirm(answer, request, this.clock.now()),
        readLookUp: (answer) => this.#readLookUp(answer, { ...request, mayArriveUntil }),
        complaintOf: complaintOfConfirm,
      },
      permit,
      first,
    );
  }

  /** One look into Toss's books; whoever settles unclear charges asks again later anyway. */
  async lookUp(request: ApprovalRequest & { readonly mayArriveUntil: Date }): Promise<ApprovalReading> {
    const answer = await this.client.getByPaymentKey(request.paymentKey);
    const fact = this.#readLookUp(answer, request);
    if (fact.kind === 'nothing-done' && isAbsence(answer)) {
      return { kind: 'unknown', pgCode: answer.code, reason: 'Toss does not know the payment, or not yet' };
    }
    return readingOfFact(fact, answer);
  }

  /**
   * Toss takes a virtual account back before its deposit without an account to refund to, and after it refuses without one
   * (`INVALID_REFUND_ACCOUNT_INFO`): so a deposit that comes at this moment stays, and is found by the look that follows.
   */
  async callOff(request: ApprovalRequest & { readonly mayArriveUntil: Date }): Promise<ApprovalReading> {
    const { paymentKey, idempotencyKey } = request;
    await this.client.cancel({ paymentKey, cancelReason: CALLED_OFF_REASON }, `${idempotencyKey}-off`);
    return this.lookUp(request);
  }

  async readGivenBack(request: Omit<ApprovalRequest, 'idempotencyKey'>): Promise<GivenBackReading> {
    return givenBackOf(await this.client.getByPaymentKey(request.paymentKey), request, this.clock.now());
  }

  /**
   * That Toss does not know a payment is final when none of its requests can be accepted any more, by our clock and by
   * Toss's own: ours alone might be wrong.
   */
  #readLookUp(
    answer: TossAnswer<TossPayment>,
    request: ApprovalRequest & { readonly mayArriveUntil: Date },
  ): LookUpFact<ApprovalOutcome> {
    if (isAbsence(answer) && isOver(request.mayArriveUntil, [this.clock.now(), answer.answeredAt])) {
      return { kind: 'final', outcome: { kind: 'refused', pgCode: answer.code, pgMessage: answer.message } };
    }
    return factOfBooks(answer, request, this.clock.now());
  }
}

function isOver(end: Date, clocks: readonly (Date | null)[]): boolean {
  return clocks.every((now) => now === null || now > end);
}

function isAbsence(answer: TossAnswer<TossPayment>): answer is Extract<TossAnswer<TossPayment>, { kind: 'error' }> {
  return answer.kind === 'error' && lookUpRuleOf(answer.code).class === 'absent';
}
