import { type ApprovalOutcome } from './approval-outcome';
import { type Money } from './money';
import { type OrderId } from './order-id';
import { type PaymentId } from './payment-id';
import { RuleViolation } from './rule-violation';

/**
 * - `IN_FLIGHT`: written before the gateway is called; somebody is, or was, talking to it.
 * - `UNKNOWN`: the call ended without a readable answer; only asking the gateway settles it.
 * - `AWAITING_DEPOSIT`: the gateway issued a virtual account and waits for the buyer's transfer.
 * - `SUCCEEDED`, `DECLINED`, `REFUSED`, `NOT_CHARGED`: settled, never changed again.
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
  /** Until when its present worker has it to itself; after that anybody may take it over. Null once settled. */
  readonly leasedUntil: Date | null;
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
    return this.#next({ leasedUntil, takeovers: this.state.takeovers + 1 }, now);
  }

  /**
   * Writes down what the gateway said. An unresolved outcome may be followed by any other; a settled one is final.
   * @param askAgainAt when an unresolved outcome is due for another look at the gateway.
   * @throws RuleViolation `INVALID_ATTEMPT_STATUS` when it is settled already.
   */
  settle(outcome: ApprovalOutcome, now: Date, askAgainAt: Date): PaymentAttempt {
    if (this.isSettled) throw this.#violation('be settled again');
    switch (outcome.kind) {
      case 'approved':
        return this.#next({ status: 'SUCCEEDED', pgCode: null, pgMessage: null, leasedUntil: null }, now);
      case 'declined':
        return this.#settledAs('DECLINED', outcome, now);
      case 'refused':
        return this.#settledAs('REFUSED', outcome, now);
      case 'not-charged':
        return this.#settledAs('NOT_CHARGED', outcome, now);
      case 'awaiting-deposit':
        return this.#next({ status: 'AWAITING_DEPOSIT', leasedUntil: askAgainAt }, now);
      case 'unknown':
        return this.#next(
          { status: 'UNKNOWN', pgCode: outcome.pgCode, pgMessage: outcome.reason, leasedUntil: askAgainAt },
          now,
        );
    }
  }

  #settledAs(
    status: SettledAttemptStatus,
    { pgCode, pgMessage }: { pgCode: string | null; pgMessage: string | null },
    now: Date,
  ): PaymentAttempt {
    return this.#next({ status, pgCode, pgMessage, leasedUntil: null }, now);
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
