import { type Payment, type Refund, type RefundOutcome, type SendRecord } from '@koosco/payment-domain';
import { recordChange } from '../payment-change';
import { paymentCanceledEvent } from '../payment-events';
import { type IdGenerator } from '../ports/id-generator';
import { type Transaction } from '../ports/transaction/unit-of-work';
import { lookAgainAt } from './look-again-at';
import { refundOfCancelledOrder } from './new-refund';
import { reservedAmount } from './reserved-amount';

/** Who speaks about a refund, and under which fencing token. */
export interface RefundOwner {
  readonly refund: Refund;
  /** What the owner learned about its requests; null when it sent none. */
  readonly send: SendRecord | null;
}

/** Refund and payment as they stand after a settlement. */
export interface SettledRefund {
  readonly payment: Payment;
  readonly refund: Refund;
  /** False when the words came too late: somebody else owns the refund or has settled it, and that is what counts. */
  readonly applied: boolean;
}

/** The one place where an answer of the gateway about a refund becomes state, as `ApprovalSettlement` is for charges. */
export class RefundSettlement {
  constructor(
    private readonly ids: IdGenerator,
    /** The worker that settles, for the payment's history. */
    private readonly actor: string,
  ) {}

  /** Refund, payment, transaction, event and history change together in `tx`. */
  async settle(tx: Transaction, owner: RefundOwner, outcome: RefundOutcome): Promise<SettledRefund> {
    const { refundId, orderId, fence: token } = owner.refund.state;
    const [payment, refund] = await Promise.all([
      tx.payments.findByOrderIdForUpdate(orderId),
      tx.refunds.findForUpdate(refundId),
    ]);
    if (payment === null || refund === null) throw new Error(`refund ${refundId} or its payment is gone`);
    if (!refund.accepts(outcome, token)) return { payment, refund, applied: false };

    const now = await tx.now();
    const nextLookAt = lookAgainAt(refund, outcome, now);
    const settled = refund.settle(outcome, { fence: token, send: owner.send, nextLookAt }, now);
    const { fence } = refund.state;
    if (outcome.kind === 'refunded') {
      const changed = await this.#giveBack(tx, payment, settled, outcome, now);
      await this.#save(tx, settled, fence);
      return { payment: changed, refund: settled, applied: true };
    }
    await this.#save(tx, settled, fence);
    if (settled.isSettled) await this.#askAgainForCancelledOrder(tx, payment, settled, now);
    return { payment, refund: settled, applied: true };
  }

  async #giveBack(
    tx: Transaction,
    payment: Payment,
    { state }: Refund,
    { pgTransactionId, refundedAt }: Extract<RefundOutcome, { kind: 'refunded' }>,
    now: Date,
  ): Promise<Payment> {
    const { amount, attemptId, refundId, causationId } = state;
    if (attemptId !== null) {
      // The payment never had this money, so nothing of it changes.
      await tx.unappliedCharges.markRefunded(attemptId, refundedAt);
      return payment;
    }
    const canceled = payment.cancel({ pgTransactionId, amount, canceledAt: refundedAt }, now);
    const cause = { eventId: this.ids.next(), causationId, now };
    const event = paymentCanceledEvent(canceled, { amount, pgTransactionId, refundedAt }, cause);
    await recordChange(tx, payment, canceled, event, { actor: this.actor, refundId });
    return canceled;
  }

  /** What somebody else had reserved is free again, and a cancelled order wants all of it. What it was refused itself, it was refused. */
  async #askAgainForCancelledOrder(tx: Transaction, payment: Payment, { state }: Refund, now: Date): Promise<void> {
    if (payment.state.orderCancelledAt === null || state.attemptId !== null) return;
    if (state.origin === 'ORDER_CANCELLED') return;
    const reserved = reservedAmount(await tx.refunds.findUnresolved(state.orderId));
    const causeId = `order-cancelled-after:${state.refundId}`;
    const refund = refundOfCancelledOrder(payment, { causeId, causationId: state.refundId, reserved }, this.ids, now);
    if (refund !== null) await tx.refunds.insert(refund);
  }

  async #save(tx: Transaction, refund: Refund, fence: number): Promise<void> {
    const saved = await tx.refunds.save(refund, { fence });
    // It is locked since it was read.
    if (!saved) throw new Error(`refund ${refund.state.refundId} changed under its lock`);
  }
}
