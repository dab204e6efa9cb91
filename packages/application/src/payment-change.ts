import { type PaymentEvent } from '@koosco/payment-contracts';
import { type Payment } from '@koosco/payment-domain';
import { type PaymentChange } from './ports/transaction/payment-history';
import { type Transaction } from './ports/transaction/unit-of-work';

/** Who changed a payment, and what made them. */
export type ChangeMaker = Pick<PaymentChange, 'actor'> &
  Partial<Pick<PaymentChange, 'attemptId' | 'refundId' | 'pgCode'>>;

/** The line of the history that goes with an event of this payment. */
export function changeOf(
  before: Payment | null,
  after: Payment,
  event: PaymentEvent,
  { actor, attemptId = null, refundId = null, pgCode = null }: ChangeMaker,
): PaymentChange {
  const { paymentId, status, canceledAmount, updatedAt } = after.state;
  const { sequence, causationId } = event.data;
  return {
    paymentId,
    sequence,
    from: before?.state.status ?? null,
    to: status,
    canceledAmount,
    actor,
    causationId,
    attemptId,
    refundId,
    pgCode,
    at: updatedAt,
  };
}

/** Payment, event and history change together, in one round trip. */
export async function recordChange(
  tx: Transaction,
  before: Payment,
  after: Payment,
  event: PaymentEvent,
  by: ChangeMaker,
): Promise<void> {
  await Promise.all([
    tx.payments.save(after),
    tx.events.publish([event]),
    tx.history.append([changeOf(before, after, event, by)]),
  ]);
}
