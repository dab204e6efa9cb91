import { type ApprovalOutcome } from './approval-outcome';
import { type Money } from '../money';
import { type OrderId } from '../order-id';
import { type PaymentId } from '../payment/payment-id';
import { RuleViolation } from '../rule-violation';
import { type SendRecord } from './send-record';
import { type VirtualAccount } from './virtual-account';

/**
 * - `IN_FLIGHT`: a worker is, or was when it died, talking to the gateway.
 * - `UNKNOWN`: the call ended without a readable answer; only asking the gateway settles it.
 * - `AWAITING_DEPOSIT`: the gateway issued a virtual account and waits for the buyer's transfer.
 * - `SUCCEEDED`, `DECLINED`: settled for good.
 * - `REFUSED`, `NOT_CHARGED`: settled without a charge. They are looked at once more before they are forgotten, for a
 *   certain reading of a charge overrules everything.
 * - `UNAPPLIED`: the money moved, but its payment could not take it. It waits for its refund.
 */
export type PaymentAttemptStatus = UnresolvedAttemptStatus | SettledAttemptStatus;
export type UnresolvedAttemptStatus = 'IN_FLIGHT' | 'UNKNOWN' | 'AWAITING_DEPOSIT';
export type SettledAttemptStatus = 'SUCCEEDED' | 'DECLINED' | 'REFUSED' | 'NOT_CHARGED' | 'UNAPPLIED';

export interface PaymentAttemptState {
  readonly attemptId: string;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly paymentKey: string;
  /** Sent to the gateway as its idempotency key. It outlives the process, so that a resend is the same request. */
  readonly gatewayIdempotencyKey: string;
  readonly amount: Money;
  readonly status: PaymentAttemptStatus;
  readonly pgCode: string | null;
  readonly pgMessage: string | null;
  /** Correlates the confirm that began this with the event that ends it, even when another process ends it. */
  readonly correlationId: string;
  /** Until when its owner has it to itself, by the database's clock; null when nobody is at work on it. */
  readonly leasedUntil: Date | null;
  /** When somebody has to look after it: its owner is gone by then, or the gateway is to be asked again. */
  readonly dueAt: Date | null;
  /**
   * The fencing token: each takeover takes the next number. Only the owner of the newest one may send, save and settle;
   * a process that slept through its lease finds another number and stops.
   */
  readonly fence: number;
  /** How often in a row the gateway was asked without an answer that settles it. Drives the back-off. */
  readonly asks: number;
  readonly send: SendRecord;
  /** Where a deposit is awaited, or was. */
  readonly virtualAccount: VirtualAccount | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * One durable intention to charge a buyer. At most one unresolved attempt exists per payment, so that a second payment
 * key is never sent while the first may have moved money.
 */
export class PaymentAttempt {
  private constructor(readonly state: PaymentAttemptState) {}

  /** @param intent `send` is the request that is about to leave: from here on it counts as sent and not answered. */
  static start(intent: {
    attemptId: string;
    paymentId: PaymentId;
    orderId: OrderId;
    paymentKey: string;
    gatewayIdempotencyKey: string;
    amount: Money;
    correlationId: string;
    now: Date;
    leasedUntil: Date;
    send: SendRecord;
  }): PaymentAttempt {
    const { now, ...rest } = intent;
    return new PaymentAttempt({
      ...rest,
      status: 'IN_FLIGHT',
      pgCode: null,
      pgMessage: null,
      dueAt: rest.leasedUntil,
      fence: 0,
      asks: 0,
      virtualAccount: null,
      createdAt: now,
      updatedAt: now,
    });
  }

  /** For repositories: the attempt as it was stored. */
  static restore(state: PaymentAttemptState): PaymentAttempt {
    return new PaymentAttempt(state);
  }

  get isSettled(): boolean {
    switch (this.state.status) {
      case 'IN_FLIGHT':
      case 'UNKNOWN':
      case 'AWAITING_DEPOSIT':
        return false;
      case 'SUCCEEDED':
      case 'DECLINED':
      case 'REFUSED':
      case 'NOT_CHARGED':
      case 'UNAPPLIED':
        return true;
    }
  }

  isLeasedAt(now: Date): boolean {
    return this.state.leasedUntil !== null && this.state.leasedUntil.getTime() > now.getTime();
  }

  /** Whether the bearer of this fencing token still is the one that may send, save and settle. */
  isOwnedBy(fence: number): boolean {
    return this.state.fence === fence && this.state.leasedUntil !== null;
  }

  /**
   * A new owner continues an attempt whose owner is gone or gave up, or has a last look at a settled one.
   * @throws RuleViolation `INVALID_ATTEMPT_STATUS` when nobody has to look after it any more, or it is still leased.
   */
  takeOver(now: Date, leasedUntil: Date): PaymentAttempt {
    if (this.state.dueAt === null) throw this.#violation('be taken over');
    if (this.isLeasedAt(now)) throw this.#violation(`be taken over before its lease ends`);
    return this.#next({ leasedUntil, dueAt: leasedUntil, fence: this.state.fence + 1 }, now);
  }

  /**
   * Whether this outcome still tells something new, and its bearer may say so. That money moved is a fact whoever reads
   * it, owner or not, and overrules every other word; all else is believed of the owner alone, about what is unresolved.
   */
  accepts(outcome: ApprovalOutcome, fence: number): boolean {
    const { status } = this.state;
    const hasMoved = outcome.kind === 'approved' || outcome.kind === 'mischarged';
    if (hasMoved) return status !== 'SUCCEEDED' && status !== 'UNAPPLIED';
    return !this.isSettled && this.isOwnedBy(fence);
  }

  /**
   * Writes down what the gateway said.
   * @param by `nextLookAt` is when somebody has to look again; an unresolved attempt needs one. `send` is what the owner
   *   learned about its requests.
   * @throws RuleViolation `INVALID_ATTEMPT_STATUS` when it does not accept the outcome.
   */
  settle(
    outcome: ApprovalOutcome,
    by: { fence: number; send?: SendRecord; nextLookAt: Date | null },
    now: Date,
  ): PaymentAttempt {
    if (!this.accepts(outcome, by.fence)) throw this.#violation(`become ${outcome.kind}`);
    const written = { leasedUntil: null, dueAt: by.nextLookAt, send: by.send ?? this.state.send };
    switch (outcome.kind) {
      case 'approved':
        return this.#next({ ...written, status: 'SUCCEEDED', pgCode: null, pgMessage: null, dueAt: null }, now);
      case 'mischarged':
        return this.settleUnapplied(now);
      case 'declined':
        return this.#next({ ...written, ...wordsOf(outcome), status: 'DECLINED', dueAt: null }, now);
      case 'refused':
        return this.#next({ ...written, ...wordsOf(outcome), status: 'REFUSED' }, now);
      case 'not-charged':
        return this.#next({ ...written, ...wordsOf(outcome), status: 'NOT_CHARGED' }, now);
      case 'awaiting-deposit': {
        const asks = this.state.status === 'AWAITING_DEPOSIT' ? this.state.asks + 1 : 0;
        // What was known is not forgotten because an answer left it out.
        const virtualAccount = outcome.account ?? this.state.virtualAccount;
        return this.#next({ ...written, status: 'AWAITING_DEPOSIT', asks, virtualAccount }, now);
      }
      case 'unknown': {
        // What our own limits held back asked nobody.
        const asks = this.state.asks + (outcome.heldBack === true ? 0 : 1);
        const words = { pgCode: outcome.pgCode, pgMessage: outcome.reason };
        return this.#next({ ...written, ...words, status: 'UNKNOWN', asks }, now);
      }
    }
  }

  /** The money moved, but the payment it was for cannot take it any more. @throws as {@link PaymentAttempt.settle} does. */
  settleUnapplied(now: Date): PaymentAttempt {
    if (this.state.status === 'SUCCEEDED' || this.state.status === 'UNAPPLIED') throw this.#violation('be unapplied');
    const words = { pgCode: null, pgMessage: null };
    return this.#next({ ...words, status: 'UNAPPLIED', leasedUntil: null, dueAt: null }, now);
  }

  /**
   * The end of a look at a settled attempt that found no charge.
   * @param nextLookAt null to forget it.
   * @throws RuleViolation `INVALID_ATTEMPT_STATUS` when it is not settled, or another owner looks at it.
   */
  endLook(fence: number, nextLookAt: Date | null, now: Date): PaymentAttempt {
    if (!this.isSettled || !this.isOwnedBy(fence)) throw this.#violation('end a look');
    return this.#next({ leasedUntil: null, dueAt: nextLookAt, asks: this.state.asks + 1 }, now);
  }

  #next(change: Partial<PaymentAttemptState>, now: Date): PaymentAttempt {
    return new PaymentAttempt({ ...this.state, ...change, updatedAt: now });
  }

  #violation(what: string): RuleViolation {
    return new RuleViolation(
      'INVALID_ATTEMPT_STATUS',
      `attempt ${this.state.attemptId} is ${this.state.status} and cannot ${what}`,
    );
  }
}

function wordsOf({ pgCode, pgMessage }: { pgCode: string | null; pgMessage: string | null }) {
  return { pgCode, pgMessage };
}
