import { type Money } from '../money';
import { type OrderId } from '../order-id';
import { type PaymentId } from '../payment/payment-id';
import { type RefundedOutcome, type RefundOutcome } from './refund-outcome';
import { RuleViolation } from '../rule-violation';
import { type SendRecord } from '../charge/send-record';

/**
 * - `REQUESTED`: its amount is reserved, nothing was sent for it that could still move money.
 * - `IN_FLIGHT`: a worker is, or was when it died, talking to the gateway.
 * - `UNKNOWN`: the call ended without a readable answer; only asking the gateway settles it.
 * - `SUCCEEDED`: the money went back.
 * - `REFUSED`: the gateway will not give it back; the reservation is released.
 * - `NOT_REFUNDED`: the gateway could not, and whoever asked was told so; the reservation is released.
 */
export type RefundStatus = UnresolvedRefundStatus | SettledRefundStatus;
export type UnresolvedRefundStatus = 'REQUESTED' | 'IN_FLIGHT' | 'UNKNOWN';
export type SettledRefundStatus = 'SUCCEEDED' | 'REFUSED' | 'NOT_REFUNDED';

/**
 * Who wants the money back.
 * - `REQUEST`: somebody who waits for the answer, and may ask again.
 * - `ORDER_REFUND`, `ORDER_CANCELLED`: an event of the order. Nobody asks again, so it is carried out until it ends.
 * - `UNAPPLIED_CHARGE`: ourselves, for a charge that its payment cannot take. Likewise.
 */
export type RefundOrigin = 'REQUEST' | 'ORDER_REFUND' | 'ORDER_CANCELLED' | 'UNAPPLIED_CHARGE';

export interface RefundState {
  readonly refundId: string;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  /** The charge that gives money back. A refund can touch no other. */
  readonly paymentKey: string;
  readonly origin: RefundOrigin;
  /** What caused it: at most one refund of a payment per cause, however often that is repeated. */
  readonly causeId: string;
  /** What its event names as its cause: the order's event, the request, or the attempt. */
  readonly causationId: string;
  /** The attempt whose charge could not be applied; null for a refund of what the payment took. */
  readonly attemptId: string | null;
  readonly amount: Money;
  /** The buyer may read it. */
  readonly reason: string;
  readonly correlationId: string;
  readonly status: RefundStatus;
  /** What could be given back before this refund, once it has begun. Refunds of one charge go one after the other. */
  readonly remainingBefore: Money | null;
  readonly pgTransactionId: string | null;
  readonly refundedAt: Date | null;
  readonly pgCode: string | null;
  readonly pgMessage: string | null;
  /** How often it was begun anew because the gateway certainly had not done it. Each time has its own key. */
  readonly tries: number;
  readonly leasedUntil: Date | null;
  /** When somebody has to look after it; null once it is settled. */
  readonly dueAt: Date | null;
  /** The fencing token, as of a payment attempt. */
  readonly fence: number;
  /** How often in a row the gateway was asked without an answer that settles it. */
  readonly asks: number;
  /** Of the present try; null before the first has begun. */
  readonly send: SendRecord | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * One durable intention to give money back. Its amount is reserved from the moment it is stored until the gateway was
 * read, so that the refunds of a payment together never exceed what was paid.
 */
export class Refund {
  private constructor(readonly state: RefundState) {}

  /**
   * @param dueAt when a relay may carry it out, if nobody has begun until then.
   * @throws RuleViolation `INVALID_PAYMENT_AMOUNT` for 0 won: a refund of nothing is a mistake of the caller.
   */
  static request(
    intent: Pick<
      RefundState,
      | 'refundId'
      | 'paymentId'
      | 'orderId'
      | 'paymentKey'
      | 'origin'
      | 'causeId'
      | 'causationId'
      | 'attemptId'
      | 'amount'
      | 'reason'
      | 'correlationId'
    >,
    now: Date,
    dueAt: Date = now,
  ): Refund {
    if (intent.amount.isZero) throw new RuleViolation('INVALID_PAYMENT_AMOUNT', 'a refund must move money');
    return new Refund({
      ...intent,
      status: 'REQUESTED',
      remainingBefore: null,
      pgTransactionId: null,
      refundedAt: null,
      pgCode: null,
      pgMessage: null,
      tries: 0,
      leasedUntil: null,
      dueAt,
      fence: 0,
      asks: 0,
      send: null,
      createdAt: now,
      updatedAt: now,
    });
  }

  /** For repositories: the refund as it was stored. */
  static restore(state: RefundState): Refund {
    return new Refund(state);
  }

  get isSettled(): boolean {
    switch (this.state.status) {
      case 'REQUESTED':
      case 'IN_FLIGHT':
      case 'UNKNOWN':
        return false;
      case 'SUCCEEDED':
      case 'REFUSED':
      case 'NOT_REFUNDED':
        return true;
    }
  }

  /** Whether it is carried out until it ends, because nobody who wants it would ask again. */
  get isStanding(): boolean {
    return this.state.origin !== 'REQUEST';
  }

  /** Sent to the gateway as its idempotency key: the same at every repetition of one try, and never that of another. */
  get gatewayIdempotencyKey(): string {
    const { refundId, tries } = this.state;
    return tries === 0 ? refundId : `${refundId}-${tries}`;
  }

  isLeasedAt(now: Date): boolean {
    return this.state.leasedUntil !== null && this.state.leasedUntil.getTime() > now.getTime();
  }

  /** Whether the bearer of this fencing token still is the one that may send, save and settle. */
  isOwnedBy(fence: number): boolean {
    return this.state.fence === fence && this.state.leasedUntil !== null;
  }

  /**
   * The first request of this try is about to leave.
   * @param by `remainingBefore` is what the charge can still give back: no other refund of it may be under way.
   * @throws RuleViolation `INVALID_REFUND_STATUS` unless it waits for its turn.
   */
  begin(by: { remainingBefore: Money; send: SendRecord; leasedUntil: Date }, now: Date): Refund {
    if (this.state.status !== 'REQUESTED') throw this.#violation('begin');
    const { remainingBefore, send, leasedUntil } = by;
    const fence = this.state.fence + 1;
    return this.#next({ status: 'IN_FLIGHT', remainingBefore, send, leasedUntil, dueAt: leasedUntil, fence }, now);
  }

  /**
   * A new owner continues what another one has left.
   * @throws RuleViolation `INVALID_REFUND_STATUS` when there is nothing to continue, or it is still leased.
   */
  takeOver(now: Date, leasedUntil: Date): Refund {
    if (this.isSettled || this.state.status === 'REQUESTED') throw this.#violation('be taken over');
    if (this.isLeasedAt(now)) throw this.#violation('be taken over before its lease ends');
    return this.#next({ leasedUntil, dueAt: leasedUntil, fence: this.state.fence + 1 }, now);
  }

  /** As of an attempt: that money moved is a fact whoever read it; all else is believed of the owner alone. */
  accepts(outcome: RefundOutcome, fence: number): boolean {
    if (outcome.kind === 'refunded') return !this.isSettled;
    return !this.isSettled && this.isOwnedBy(fence);
  }

  /**
   * Writes down what the gateway said. What the gateway could not do waits for its next try where it {@link isStanding}.
   * @param by `nextLookAt` is when somebody has to look again, if it is not settled by this.
   * @throws RuleViolation `INVALID_REFUND_STATUS` when it does not accept the outcome.
   */
  settle(outcome: RefundOutcome, by: { fence: number; send: SendRecord | null; nextLookAt: Date }, now: Date): Refund {
    if (!this.accepts(outcome, by.fence)) throw this.#violation(`become ${outcome.kind}`);
    const released = { leasedUntil: null, dueAt: null, send: by.send ?? this.state.send };
    switch (outcome.kind) {
      case 'refunded':
        return this.#refunded(outcome, released, now);
      case 'refused':
        return this.#next({ ...released, ...wordsOf(outcome), status: 'REFUSED' }, now);
      case 'not-refunded': {
        if (!this.isStanding) return this.#next({ ...released, ...wordsOf(outcome), status: 'NOT_REFUNDED' }, now);
        const again = { status: 'REQUESTED', tries: this.state.tries + 1, asks: 0, dueAt: by.nextLookAt } as const;
        return this.#next({ ...released, ...wordsOf(outcome), ...again, send: null, remainingBefore: null }, now);
      }
      case 'unknown': {
        // What our own limits held back asked nobody.
        const asks = this.state.asks + (outcome.heldBack === true ? 0 : 1);
        const words = { pgCode: outcome.pgCode, pgMessage: outcome.reason };
        return this.#next({ ...released, ...words, status: 'UNKNOWN', asks, dueAt: by.nextLookAt }, now);
      }
    }
  }

  #refunded({ pgTransactionId, refundedAt }: RefundedOutcome, released: Partial<RefundState>, now: Date): Refund {
    const words = { pgCode: null, pgMessage: null };
    return this.#next({ ...released, ...words, status: 'SUCCEEDED', pgTransactionId, refundedAt }, now);
  }

  #next(change: Partial<RefundState>, now: Date): Refund {
    return new Refund({ ...this.state, ...change, updatedAt: now });
  }

  #violation(what: string): RuleViolation {
    return new RuleViolation(
      'INVALID_REFUND_STATUS',
      `refund ${this.state.refundId} is ${this.state.status} and cannot ${what}`,
    );
  }
}

function wordsOf({ pgCode, pgMessage }: { pgCode: string | null; pgMessage: string | null }) {
  return { pgCode, pgMessage };
}
