import { type ApprovalOutcome, type Payment, type PaymentAttempt, type OrderId } from '@koosco/payment-domain';
import { paymentCompletedEvent, paymentFailedEvent } from './payment-events';
import { type Clock } from './ports/clock';
import { type IdGenerator } from './ports/id-generator';
import { type Transaction } from './ports/unit-of-work';

/** How long an unresolved attempt rests before it is looked at again; short, because a buyer may be waiting. */
const ASK_AGAIN_AFTER_MS = 5_000;
/** Each further look waits twice as long as the one before, up to this. */
const ASK_AGAIN_AFTER_MS_MAX = 60_000;

/**
 * The one place where an answer of the gateway becomes state: confirm, relay and, later, webhook and reconciliation all
 * end here. What it writes depends on the state it finds under the payment's lock, so that every interleaving of
 * workers leaves one terminal state and one event.
 */
export class ApprovalSettlement {
  constructor(
    private readonly clock: Clock,
    private readonly ids: IdGenerator,
  ) {}

  /**
   * Attempt, payment, transaction and event change together in `tx`.
   * @returns the attempt and payment as they stand now. When somebody else settled the attempt first, that is what
   *   counts, `outcome` changes nothing and `applied` is false.
   * @throws RuleViolation `INVALID_PAYMENT_STATUS` when money moved for a payment that cannot take it any more; nothing
   *   is written, the attempt stays as it was, and a person has to look.
   */
  async settle(
    tx: Transaction,
    attempt: { orderId: OrderId; attemptId: string },
    outcome: ApprovalOutcome,
  ): Promise<{ payment: Payment; attempt: PaymentAttempt; applied: boolean }> {
    const payment = await tx.payments.findByOrderIdForUpdate(attempt.orderId);
    const current = await tx.attempts.find(attempt.attemptId);
    if (payment === null || current === null) {
      throw new Error(`attempt ${attempt.attemptId} or its payment is gone from the database`);
    }
    if (!current.accepts(outcome)) return { payment, attempt: current, applied: false };

    const now = this.clock.now();
    const settledAttempt = current.settle(outcome, now, askAgainAt(current, now));
    const settledPayment = await this.#applyTo(payment, current, outcome, tx, now);
    await tx.attempts.save(settledAttempt);
    return { payment: settledPayment, attempt: settledAttempt, applied: true };
  }

  async #applyTo(
    payment: Payment,
    attempt: PaymentAttempt,
    outcome: ApprovalOutcome,
    tx: Transaction,
    now: Date,
  ): Promise<Payment> {
    const { paymentKey, amount } = attempt.state;
    const cause = { eventId: this.ids.next(), causationId: attempt.state.attemptId, now };
    switch (outcome.kind) {
      case 'approved': {
        const approved = payment.approve({ ...outcome, paymentKey, amount }, now);
        await tx.payments.save(approved);
        await tx.events.publish([paymentCompletedEvent(approved, cause)]);
        return approved;
      }
      case 'declined': {
        const failed = payment.fail(now);
        await tx.payments.save(failed);
        await tx.events.publish([paymentFailedEvent(failed, outcome, cause)]);
        return failed;
      }
      // The buyer may still pay: the payment stays READY, and only the attempt remembers.
      case 'refused':
      case 'not-charged':
      case 'awaiting-deposit':
      case 'unknown':
        return payment;
    }
  }
}

function askAgainAt(attempt: PaymentAttempt, now: Date): Date {
  const delayMs = Math.min(ASK_AGAIN_AFTER_MS * 2 ** attempt.state.takeovers, ASK_AGAIN_AFTER_MS_MAX);
  return new Date(now.getTime() + delayMs);
}
