import { type ApprovedOutcome } from '../charge/approval-outcome';
import { Money } from '../money';
import { type OrderId } from '../order-id';
import { type PaymentId } from './payment-id';
import { PaymentTransaction } from './payment-transaction';
import { PgOrderId } from '../pg-order-id';
import { RuleViolation } from '../rule-violation';
import { type UserId } from '../user-id';

/** `READY` is the only state that money can enter from; `FAILED` and `CANCELED` are final. */
export type PaymentStatus = 'READY' | 'APPROVED' | 'FAILED' | 'PARTIALLY_CANCELED' | 'CANCELED';

/** How an approved payment was paid. */
export interface PaymentApproval {
  /** Null for an order of 0 won, which is paid without a gateway. */
  readonly paymentKey: string | null;
  readonly pgTransactionId: string | null;
  readonly approvedAt: Date;
  readonly method: string | null;
  readonly receiptUrl: string | null;
}

export interface PaymentState {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly userId: UserId;
  readonly amount: Money;
  readonly status: PaymentStatus;
  readonly pgOrderId: PgOrderId;
  /** What the buyer reads in the payment window. */
  readonly orderName: string;
  readonly approval: PaymentApproval | null;
  readonly canceledAmount: Money;
  /** When the order was cancelled: from then on nothing may stay charged. Null while it stands. */
  readonly orderCancelledAt: Date | null;
  /** From the order's event; every event of this payment carries it. */
  readonly correlationId: string;
  /** The W3C trace context that it was created in, for whoever watches its order; null where nobody does. */
  readonly traceParent: string | null;
  /** How many events this payment has emitted; the newest carries this number, the first is 1. */
  readonly sequence: number;
  /** Counts stored states, for the conditional write. Not the sequence: not every change is worth an event. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * The aggregate root: one per order. Immutable; a transition guards, then returns the next state together with the
 * transaction that explains it, where money moved. Every transition emits exactly one event, so it also takes the next sequence number.
 */
export class Payment {
  private constructor(
    readonly state: PaymentState,
    /** Made since this payment was loaded; the repository stores them with the state. */
    readonly newTransactions: readonly PaymentTransaction[],
  ) {}

  static create(order: {
    paymentId: PaymentId;
    orderId: OrderId;
    userId: UserId;
    amount: Money;
    orderName: string;
    correlationId: string;
    traceParent?: string | null | undefined;
    now: Date;
  }): Payment {
    const { paymentId, orderId, userId, amount, orderName, correlationId, traceParent = null, now } = order;
    const state: PaymentState = {
      paymentId,
      orderId,
      userId,
      amount,
      orderName,
      correlationId,
      traceParent,
      status: 'READY',
      pgOrderId: PgOrderId.of(orderId),
      approval: null,
      canceledAmount: Money.zero,
      orderCancelledAt: null,
      sequence: 1,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    return new Payment(state, []);
  }

  /** For repositories: the payment as it was stored. */
  static restore(state: PaymentState): Payment {
    return new Payment(state, []);
  }

  /** What can still be given back: nothing unless the buyer was charged. */
  get remainingAmount(): Money {
    const { approval, amount, canceledAmount } = this.state;
    return approval === null ? Money.zero : amount.minus(canceledAmount);
  }

  /** Whether it is over without anything being charged or given back: nothing has been, and there is nothing to give. */
  get canBeCalledOff(): boolean {
    const { status, amount } = this.state;
    return status === 'READY' || (status === 'APPROVED' && amount.isZero);
  }

  /**
   * The buyer was charged.
   * @throws RuleViolation `INVALID_PAYMENT_STATUS` unless READY: a payment is approved once.
   * @throws RuleViolation `INVALID_PAYMENT_AMOUNT` when the charge is not the payment's amount to the won.
   */
  approve(charge: ApprovedOutcome & { paymentKey: string; amount: Money }, now: Date): Payment {
    this.#mustBe(['READY'], 'approved');
    if (!charge.amount.equals(this.state.amount)) {
      throw new RuleViolation(
        'INVALID_PAYMENT_AMOUNT',
        `payment ${this.state.paymentId} is over ${this.state.amount.krw} won, but ${charge.amount.krw} were charged`,
      );
    }
    const { paymentKey, pgTransactionId, approvedAt, method, receiptUrl } = charge;
    return this.#approved({ paymentKey, pgTransactionId, approvedAt, method, receiptUrl }, now);
  }

  /**
   * An order of 0 won is paid by being placed; there is nothing to ask a gateway for.
   * @throws RuleViolation `INVALID_PAYMENT_AMOUNT` when there is something to pay.
   */
  approveWithoutCharge(now: Date): Payment {
    this.#mustBe(['READY'], 'approved');
    if (!this.state.amount.isZero) {
      throw new RuleViolation(
        'INVALID_PAYMENT_AMOUNT',
        `payment ${this.state.paymentId} over ${this.state.amount.krw} won cannot be approved without a charge`,
      );
    }
    return this.#approved(
      { paymentKey: null, pgTransactionId: null, approvedAt: now, method: null, receiptUrl: null },
      now,
    );
  }

  /**
   * The charge was declined; the buyer has to place a new order.
   * @throws RuleViolation `INVALID_PAYMENT_STATUS` unless READY.
   */
  fail(now: Date): Payment {
    this.#mustBe(['READY'], 'failed');
    const transaction = PaymentTransaction.declinedApproval({ amount: this.state.amount, occurredAt: now });
    return this.#next({ status: 'FAILED' }, transaction, now);
  }

  /**
   * Money went back to the buyer, all that was left or a part of it.
   * @throws RuleViolation `INVALID_PAYMENT_STATUS` unless something is approved and not yet given back.
   * @throws RuleViolation `INVALID_PAYMENT_AMOUNT` for 0 won or more than the remainder.
   */
  cancel(refund: { pgTransactionId: string; amount: Money; canceledAt: Date }, now: Date): Payment {
    this.#mustBe(['APPROVED', 'PARTIALLY_CANCELED'], 'cancelled');
    if (refund.amount.isMoreThan(this.remainingAmount)) {
      throw new RuleViolation(
        'INVALID_PAYMENT_AMOUNT',
        `${refund.amount.krw} won cannot be given back of the remaining ${this.remainingAmount.krw}`,
      );
    }
    const transaction = PaymentTransaction.cancellation({
      pgTransactionId: refund.pgTransactionId,
      amount: refund.amount,
      occurredAt: refund.canceledAt,
    });
    const status = refund.amount.equals(this.remainingAmount) ? 'CANCELED' : 'PARTIALLY_CANCELED';
    return this.#next({ status, canceledAmount: this.state.canceledAmount.plus(refund.amount) }, transaction, now);
  }

  /**
   * Nobody paid in time. What an attempt may still charge is then unapplied.
   * @throws RuleViolation `INVALID_PAYMENT_STATUS` unless READY.
   */
  expire(now: Date): Payment {
    this.#mustBe(['READY'], 'expired');
    return this.#next({ status: 'FAILED' }, null, now);
  }

  /**
   * The order was cancelled before anything was charged. What an attempt may still charge is then unapplied.
   * @throws RuleViolation `INVALID_PAYMENT_STATUS` unless READY, or approved over 0 won.
   */
  callOff(now: Date): Payment {
    if (!this.canBeCalledOff) this.#mustBe(['READY'], 'called off');
    return this.#next({ status: 'CANCELED' }, null, now);
  }

  /** Remembers that nothing may stay charged for this order, for whoever settles what is under way. Emits no event. */
  noteOrderCancelled(now: Date): Payment {
    const orderCancelledAt = this.state.orderCancelledAt ?? now;
    return new Payment({ ...this.state, orderCancelledAt, updatedAt: now }, this.newTransactions);
  }

  #approved(approval: PaymentApproval, now: Date): Payment {
    const transaction = PaymentTransaction.approval({
      pgTransactionId: approval.pgTransactionId,
      amount: this.state.amount,
      occurredAt: approval.approvedAt,
    });
    return this.#next({ status: 'APPROVED', approval }, transaction, now);
  }

  #mustBe(allowed: readonly PaymentStatus[], what: string): void {
    if (allowed.includes(this.state.status)) return;
    throw new RuleViolation(
      'INVALID_PAYMENT_STATUS',
      `payment ${this.state.paymentId} is ${this.state.status} and cannot be ${what}`,
    );
  }

  #next(change: Partial<PaymentState>, transaction: PaymentTransaction | null, now: Date): Payment {
    const state = { ...this.state, ...change, sequence: this.state.sequence + 1, updatedAt: now };
    return new Payment(state, transaction === null ? this.newTransactions : [...this.newTransactions, transaction]);
  }
}
