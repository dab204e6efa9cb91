import { type ApprovalOutcome } from './approval-outcome';
import { type Money } from './money';
import { type OrderId } from './order-id';
import { type PaymentId } from './payment-id';
import { RuleViolation } from './rule-violation';

/**
 * - `IN_FLIGHT`: written before the gateway is called; somebody is, or was, talking to it.
 * - `UNKNOWN`: the call ended without a readable answer; only asking the gateway settles it.
 * - `AWAITING_DEPOSIT`: the gateway issued a virtual account and waits for the buyer's transfer.
 * - `SUCCEEDED`, `DECLINED`: settled for good.
 * - `REFUSED`, `NOT_CHARGED`: settled without a charge; only a certain reading of a charge can still overrule them.
 */
export type PaymentAttemptStatus = UnresolvedAttemptStatus | SettledAttemptStatus;
export type UnresolvedAttemptStatus = 'IN_FLIGHT' | 'UNKNOWN' | 'AWAITING_DEPOSIT';
export type SettledAttemptStatus = 'SUCCEEDED' | 'DECLINED' | 'REFUSED' | 'NOT_CHARGED';

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
  /** Until when a worker has it to itself; null when none is at work on it. */
  readonly leasedUntil: Date | null;
  /** When somebody has to look after it: its worker is gone by then, or the gateway is to be asked again. Null once settled. */
  readonly dueAt: Date | null;
  /** How often it was taken over since the first try. */
  readonly takeovers: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * One durable intention to charge a buyer. At most one unresolved attempt exists per payment, so that a second payment
 * key is never sent while the first may have moved money.
 */
export class PaymentAttempt {
  private constructor(readonly state: PaymentAttemptState) {}

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
  }): PaymentAttempt {
    const { now, ...rest } = intent;
    return new PaymentAttempt({
      ...rest,
      status: 'IN_FLIGHT',
      pgCode: null,
      pgMessage: null,
      dueAt: rest.leasedUntil,
      takeovers: 0,
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
        return true;
    }
  }

  isLeasedAt(now: Date): boolean {
    return this.state.leasedUntil !== null && this.state.leasedUntil.getTime() > now.getTime();
  }

  /**
   * A new worker continues an unresolved attempt whose worker is gone or gave up.
   * @throws RuleViolation `INVALID_ATTEMPT_STATUS` when it is settled, or still leased to another worker.
   */
  takeOver(now: Date, leasedUntil: Date): PaymentAttempt {
    if (this.isSettled) throw this.#violation('be taken over');
    if (this.isLeasedAt(now)) throw this.#violation(`be taken over before its lease ends`);
    return this.#next({ leasedUntil, dueAt: leasedUntil, takeovers: this.state.takeovers + 1 }, now);
  }

  /**
   * Whether this outcome still tells something new. A settled attempt hears nothing any more, with one exception: that
   * the money did move after all, which no earlier "not charged" outweighs.
   */
  accepts(outcome: ApprovalOutcome): boolean {
    if (!this.isSettled) return true;
    const { status } = this.state;
    return outcome.kind === 'approved' && (status === 'REFUSED' || status === 'NOT_CHARGED');
  }

  /**
   * Writes down what the gateway said.
   * @param askAgainAt when an unresolved outcome is due for another look at the gateway.
   * @throws RuleViolation `INVALID_ATTEMPT_STATUS` when it does not accept the outcome.
   */
  settle(outcome: ApprovalOutcome, now: Date, askAgainAt: Date): PaymentAttempt {
    if (!this.accepts(outcome)) throw this.#violation(`become ${outcome.kind}`);
    switch (outcome.kind) {
      case 'approved':
        return this.#settledAs('SUCCEEDED', { pgCode: null, pgMessage: null }, now);
      case 'declined':
        return this.#settledAs('DECLINED', outcome, now);
      case 'refused':
        return this.#settledAs('REFUSED', outcome, now);
      case 'not-charged':
        return this.#settledAs('NOT_CHARGED', outcome, now);
      case 'awaiting-deposit':
        return this.#next({ status: 'AWAITING_DEPOSIT', leasedUntil: null, dueAt: askAgainAt }, now);
      case 'unknown': {
        const { pgCode, reason } = outcome;
        return this.#next({ status: 'UNKNOWN', pgCode, pgMessage: reason, leasedUntil: null, dueAt: askAgainAt }, now);
      }
    }
  }

  #settledAs(
    status: SettledAttemptStatus,
    { pgCode, pgMessage }: { pgCode: string | null; pgMessage: string | null },
    now: Date,
  ): PaymentAttempt {
    return this.#next({ status, pgCode, pgMessage, leasedUntil: null, dueAt: null }, now);
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
