import { type Money, type Payment, Refund, type RefundOrigin, type UnappliedCharge } from '@koosco/payment-domain';
import { type IdGenerator } from '../ports/id-generator';

/** Of the gateway: what the buyer reads of a refund. */
export const REASON_CHARACTERS_MAX = 200;

/** The cause of the one refund that a cancelled order asks for. */
export const ORDER_CANCELLED_CAUSE = 'order-cancelled';

/** A refund of what a payment took. @throws Error when it took nothing through a gateway. */
export function refundOfPayment(
  payment: Payment,
  wish: {
    readonly origin: Exclude<RefundOrigin, 'UNAPPLIED_CHARGE'>;
    readonly causeId: string;
    /** Itself, where it is not given. */
    readonly causationId?: string;
    readonly amount: Money;
    readonly reason: string;
    readonly correlationId: string;
  },
  ids: IdGenerator,
  now: Date,
  dueAt: Date = now,
): Refund {
  const { paymentId, orderId, approval } = payment.state;
  const paymentKey = approval?.paymentKey ?? null;
  if (paymentKey === null) throw new Error(`payment ${paymentId} has no charge that could give money back`);
  const refundId = ids.next();
  const charge = { paymentId, orderId, paymentKey, attemptId: null };
  return Refund.request({ refundId, causationId: refundId, ...charge, ...wish }, now, dueAt);
}

/** The cause of the one refund of a charge that its payment could not take, however many attempts come upon that charge. */
export function unappliedCause(paymentKey: string): string {
  return `charge:${paymentKey}`;
}

/** The whole of a charge that its payment could not take. It names the attempt that it undoes. */
export function refundOfUnapplied(charge: UnappliedCharge, correlationId: string, ids: IdGenerator): Refund {
  const { attemptId, paymentId, orderId, paymentKey, amount, foundAt } = charge;
  return Refund.request(
    {
      refundId: ids.next(),
      ...{ paymentId, orderId, paymentKey, attemptId, amount, correlationId },
      origin: 'UNAPPLIED_CHARGE',
      causeId: unappliedCause(paymentKey),
      causationId: attemptId,
      reason: '결제가 완료되지 않아 자동 환불되었습니다.',
    },
    foundAt,
  );
}

/** What a cancelled order wants back: all that is not given back or reserved. Null when that is nothing. */
export function refundOfCancelledOrder(
  payment: Payment,
  {
    causeId = ORDER_CANCELLED_CAUSE,
    causationId,
    reserved,
  }: { readonly causeId?: string; readonly causationId: string; readonly reserved: Money },
  ids: IdGenerator,
  now: Date,
): Refund | null {
  const { remainingAmount } = payment;
  if (!remainingAmount.isMoreThan(reserved)) return null;
  const { correlationId } = payment.state;
  const amount = remainingAmount.minus(reserved);
  const wish = {
    origin: 'ORDER_CANCELLED',
    causeId,
    causationId,
    amount,
    reason: '주문이 취소되었습니다.',
    correlationId,
  } as const;
  return refundOfPayment(payment, wish, ids, now);
}
