import {
  type ApprovalOutcome,
  type MischargedOutcome,
  Money,
  type OrderId,
  type Payment,
  type PaymentAttempt,
  type SendRecord,
} from '@koosco/payment-domain';
import { lookAgainAt } from './look-again-at';
import { recordChange } from '../payment-change';
import { paymentCanceledEvent, paymentCompletedEvent, paymentFailedEvent } from '../payment-events';
import { type IdGenerator } from '../ports/id-generator';
import { type ApprovalReading } from '../ports/gateway/payment-gateway';
import { type Transaction } from '../ports/transaction/unit-of-work';
import { refundOfCancelledOrder, refundOfUnapplied, unappliedCause } from '../refund/new-refund';

/** Who speaks about an attempt, and under which fencing token. */
export interface AttemptOwner {
  readonly orderId: OrderId;
  readonly attemptId: string;
  readonly fence: number;
  /** What the owner learned about its requests. */
  readonly send?: SendRecord;
}

/** Payment and attempt as they stand after a settlement. */
export interface Settled {
  readonly payment: Payment;
  readonly attempt: PaymentAttempt;
  /** False when the words came too late: somebody else owns the attempt or has settled it, and that is what counts. */
  readonly applied: boolean;
}

/**
 * The one place where an answer of the gateway becomes state: confirm, relay and, later, webhook and reconciliation all
 * end here. What it writes depends on the state it finds under the locks of payment and attempt, so that every
 * interleaving of workers leaves one terminal state and one event.
 */
export class ApprovalSettlement {
  constructor(
    private readonly ids: IdGenerator,
    /** The worker that settles, for the payment's history. */
    private readonly actor: string,
  ) {}

  /**
   * Attempt, payment, transaction, event and history change together in `tx`. A charge that its payment cannot take is
   * recorded as unapplied in the same transaction, and its refund is due. Nothing changes when `owner` lost the attempt, except for a charge: that money
   * moved is a fact whoever read it.
   */
  async settle(tx: Transaction, owner: AttemptOwner, outcome: ApprovalOutcome): Promise<Settled> {
    const { payment, attempt } = await this.#read(tx, owner);
    if (!attempt.accepts(outcome, owner.fence)) return { payment, attempt, applied: false };

    const now = await tx.now();
    if (outcome.kind === 'approved') return this.#settleCharge(tx, payment, attempt, outcome, now);
    if (outcome.kind === 'mischarged') {
      return this.#settleUnapplied(tx, payment, attempt, outcome, 'another amount was charged', now);
    }

    const settled = attempt.settle(outcome, { ...owner, nextLookAt: lookAgainAt(attempt, outcome, now) }, now);
    const change = this.#withoutCharge(payment, settled, outcome, now);
    const by = { actor: this.actor, attemptId: attempt.state.attemptId, pgCode: settled.state.pgCode };
    await Promise.all([
      this.#save(tx, attempt, settled),
      // Else the buyer may still pay, or has: the payment stays as it is, and only the attempt remembers.
      ...(change === null ? [] : [recordChange(tx, payment, change.payment, change.event, by)]),
    ]);
    return { payment: change?.payment ?? payment, attempt: settled, applied: true };
  }

  /**
   * The end of a look without sending, at a deposit that is awaited or at an attempt that was settled without a charge.
   * "Open" tells nothing that was not known.
   */
  async settleReading(tx: Transaction, owner: AttemptOwner, reading: ApprovalReading): Promise<Settled> {
    const { payment, attempt } = await this.#read(tx, owner);
    const now = await tx.now();
    if (reading.kind === 'approved' && attempt.accepts(reading, owner.fence)) {
      return this.#settleCharge(tx, payment, attempt, reading, now);
    }
    if (reading.kind === 'mischarged') return this.settle(tx, owner, reading);
    if (!attempt.isOwnedBy(owner.fence)) return { payment, attempt, applied: false };
    if (!attempt.isSettled) {
      const outcome = reading.kind === 'open' ? notTold : reading;
      return this.settle(tx, owner, outcome);
    }
    const looked = attempt.endLook(owner.fence, lookAgainAt(attempt, reading, now), now);
    await this.#save(tx, attempt, looked);
    return { payment, attempt: looked, applied: true };
  }

  /** What becomes of a payment whose attempt ended without a charge; null for nothing. */
  #withoutCharge(payment: Payment, attempt: PaymentAttempt, outcome: ApprovalOutcome, now: Date) {
    if (payment.state.status !== 'READY') return null;
    if (outcome.kind === 'declined') {
      const failed = payment.fail(now);
      return { payment: failed, event: paymentFailedEvent(failed, outcome, this.#cause(attempt, now)) };
    }
    return attempt.isSettled ? this.#calledOff(payment, attempt, now) : null;
  }

  /** The order was cancelled while this went on, and nothing is charged for it; null where that is not so. */
  #calledOff(payment: Payment, attempt: PaymentAttempt, now: Date) {
    if (payment.state.status !== 'READY' || payment.state.orderCancelledAt === null) return null;
    const canceled = payment.callOff(now);
    return { payment: canceled, event: paymentCanceledEvent(canceled, null, this.#cause(attempt, now)) };
  }

  async #settleCharge(
    tx: Transaction,
    payment: Payment,
    attempt: PaymentAttempt,
    charge: Extract<ApprovalOutcome, { kind: 'approved' }>,
    now: Date,
  ): Promise<Settled> {
    const { paymentKey, amount, fence } = attempt.state;
    if (payment.state.approval?.paymentKey === paymentKey) {
      // A payment key is charged at most once: this is the money that the payment has already.
      if (attempt.isSettled && !attempt.isOwnedBy(fence)) return { payment, attempt, applied: false };
      const known = attempt.isSettled
        ? attempt.endLook(fence, null, now)
        : attempt.settle(charge, { fence, nextLookAt: null }, now);
      await this.#save(tx, attempt, known);
      return { payment, attempt: known, applied: false };
    }
    if (payment.state.status !== 'READY') {
      return this.#settleUnapplied(
        tx,
        payment,
        attempt,
        { ...charge, amount },
        `the payment is ${payment.state.status}`,
        now,
      );
    }
    const settled = attempt.settle(charge, { fence, nextLookAt: null }, now);
    const approved = payment.approve({ ...charge, paymentKey, amount }, now);
    const event = paymentCompletedEvent(approved, this.#cause(attempt, now));
    const by = { actor: this.actor, attemptId: attempt.state.attemptId };
    const refund = this.#refundIfCancelled(approved, attempt.state.attemptId, now);
    await Promise.all([
      this.#save(tx, attempt, settled),
      recordChange(tx, payment, approved, event, by),
      ...(refund === null ? [] : [tx.refunds.insert(refund)]),
    ]);
    return { payment: approved, attempt: settled, applied: true };
  }

  /** Money moved that the payment cannot take: it is recorded, and due to go back. */
  async #settleUnapplied(
    tx: Transaction,
    payment: Payment,
    attempt: PaymentAttempt,
    charge: Pick<MischargedOutcome, 'amount' | 'pgTransactionId' | 'approvedAt'>,
    reason: string,
    now: Date,
  ): Promise<Settled> {
    const { attemptId, paymentId, orderId, paymentKey, correlationId } = attempt.state;
    const unapplied = attempt.settleUnapplied(now);
    const over = this.#calledOff(payment, attempt, now);
    // A key that was tried twice: both attempts come upon the one charge, and it goes back once.
    const known = await tx.refunds.findByCause(paymentId, unappliedCause(paymentKey));
    const { amount, pgTransactionId, approvedAt } = charge;
    const found = {
      attemptId,
      paymentId,
      orderId,
      paymentKey,
      amount,
      pgTransactionId,
      approvedAt,
      reason,
      foundAt: now,
    };
    await Promise.all([
      this.#save(tx, attempt, unapplied),
      ...(over === null ? [] : [recordChange(tx, payment, over.payment, over.event, { actor: this.actor, attemptId })]),
      ...(known !== null
        ? []
        : [tx.unappliedCharges.record(found), tx.refunds.insert(refundOfUnapplied(found, correlationId, this.ids))]),
    ]);
    return { payment: over?.payment ?? payment, attempt: unapplied, applied: known === null };
  }

  /** The order was cancelled while the buyer paid: all of it goes back. */
  #refundIfCancelled(payment: Payment, causationId: string, now: Date) {
    if (payment.state.orderCancelledAt === null) return null;
    return refundOfCancelledOrder(payment, { causationId, reserved: Money.zero }, this.ids, now);
  }

  async #read(tx: Transaction, { orderId, attemptId }: AttemptOwner) {
    const [payment, attempt] = await Promise.all([
      tx.payments.findByOrderIdForUpdate(orderId),
      tx.attempts.findForUpdate(attemptId),
    ]);
    if (payment === null || attempt === null) {
      throw new Error(`attempt ${attemptId} or its payment is gone from the database`);
    }
    return { payment, attempt };
  }

  async #save(tx: Transaction, read: PaymentAttempt, next: PaymentAttempt): Promise<void> {
    const saved = await tx.attempts.save(next, { fence: read.state.fence });
    // It is locked since it was read.
    if (!saved) throw new Error(`attempt ${read.state.attemptId} changed under its lock`);
  }

  #cause(attempt: PaymentAttempt, now: Date) {
    return { eventId: this.ids.next(), causationId: attempt.state.attemptId, now };
  }
}

const notTold: ApprovalOutcome = { kind: 'unknown', pgCode: null, reason: 'the books are open' };
