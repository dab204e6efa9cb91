import {
  newPaymentEvent,
  type PaymentCanceledEvent,
  type PaymentCompletedEvent,
  type PaymentCreatedEvent,
  type PaymentFailedEvent,
} from '@koosco/payment-contracts';
import { type DeclinedOutcome, type Money, type Payment } from '@koosco/payment-domain';

/** As the contract of payment.failed has them. */
const FAILURE_REASON_CHARACTERS_MAX = 4_096;
const REASON_CHARACTERS_MAX = 255;

/** What an event says about its own making. */
export interface EventCause {
  /** Fresh for each event; kept in every redelivery. */
  readonly eventId: string;
  /** Id of the event or attempt that led to it. */
  readonly causationId: string;
  readonly now: Date;
}

/** The first event of a payment, whatever became of it since: its sequence is 1. */
export function paymentCreatedEvent(payment: Payment, cause: EventCause): PaymentCreatedEvent {
  return newPaymentEvent('payment.created', {
    ...envelopeFields(payment, cause),
    data: { ...commonFields(payment, cause), sequence: 1 },
  });
}

/** @throws Error when the payment is not approved. */
export function paymentCompletedEvent(payment: Payment, cause: EventCause): PaymentCompletedEvent {
  const { amount, approval } = payment.state;
  if (approval === null) throw new Error(`payment ${payment.state.paymentId} is not approved`);
  return newPaymentEvent('payment.completed', {
    ...envelopeFields(payment, cause),
    data: {
      ...commonFields(payment, cause),
      paidAmount: amount.krw,
      paymentKey: approval.paymentKey ?? '',
      pgTransactionId: approval.pgTransactionId,
      transactionId: approval.pgTransactionId,
      currency: 'KRW',
      approvedAt: approval.approvedAt.getTime(),
    },
  });
}

/** A declined charge: nothing was taken, so nothing goes back. */
export function paymentFailedEvent(payment: Payment, declined: DeclinedOutcome, cause: EventCause): PaymentFailedEvent {
  return newPaymentEvent('payment.failed', {
    ...envelopeFields(payment, cause),
    data: {
      ...commonFields(payment, cause),
      // The gateway's words have no bound that we know of, and must not keep a decline from being told.
      failureReason: (declined.pgMessage || declined.pgCode).slice(0, FAILURE_REASON_CHARACTERS_MAX),
      reason: declined.pgCode.slice(0, REASON_CHARACTERS_MAX),
      pgTransactionId: null,
      transactionId: null,
      cancelledAmount: 0n,
      currency: 'KRW',
      cancelledAt: cause.now.getTime(),
    },
  });
}

/**
 * Money went back, or the payment was called off before any was taken.
 * @param refund null where nothing had been charged.
 */
export function paymentCanceledEvent(
  payment: Payment,
  refund: { readonly amount: Money; readonly pgTransactionId: string; readonly refundedAt: Date } | null,
  cause: EventCause,
): PaymentCanceledEvent {
  const { status, canceledAmount } = payment.state;
  return newPaymentEvent('payment.canceled', {
    ...envelopeFields(payment, cause),
    data: {
      ...commonFields(payment, cause),
      pgTransactionId: refund?.pgTransactionId ?? null,
      canceledAmount: refund?.amount.krw ?? 0n,
      totalCanceledAmount: canceledAmount.krw,
      remainingAmount: payment.remainingAmount.krw,
      isFullyCanceled: status === 'CANCELED',
      currency: 'KRW',
      canceledAt: (refund?.refundedAt ?? cause.now).getTime(),
    },
  });
}

function envelopeFields({ state }: Payment, { eventId, now }: EventCause) {
  return { id: eventId, time: now, traceparent: state.traceParent ?? undefined };
}

function commonFields({ state }: Payment, { causationId }: EventCause) {
  const { paymentId, orderId, sequence, correlationId } = state;
  return { paymentId, orderId, sequence, correlationId, causationId };
}
