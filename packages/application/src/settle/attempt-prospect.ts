import { Money, OrderId, type PaymentAttemptStatus, type PaymentStatus, PgOrderId } from '@koosco/payment-domain';
import { type ApprovalReading, type PaymentGateway } from '../ports/gateway/payment-gateway';

/** An attempt and its payment as they are stored, in plain values, for whoever may only read them. */
export interface AttemptStanding {
  readonly orderId: bigint;
  readonly paymentKey: string;
  readonly gatewayIdempotencyKey: string;
  readonly amount: bigint;
  readonly status: PaymentAttemptStatus;
  /** Somebody is at work on it, by the database's clock. */
  readonly isLeased: boolean;
  readonly mayArriveUntil: Date;
  readonly payment: {
    readonly status: PaymentStatus;
    /** The one that it was paid with. */
    readonly paymentKey: string | null;
    readonly isOrderCancelled: boolean;
  };
}

/** What the gateway's answer permits to be done about an attempt. */
export type AttemptProspect =
  | { readonly kind: 'possible'; readonly attempt: PaymentAttemptStatus; readonly payment: PaymentStatus }
  /**
   * - `owned`: somebody is at work on it;
   * - `open`: no money moved, and a confirm may still be accepted;
   * - `unclear`: the answer is not certain, or is not about what was asked for.
   */
  | { readonly kind: 'refused'; readonly because: 'owned' | 'open' | 'unclear' }
  /** The gateway waits for the buyer's transfer, and so does whoever looks. */
  | { readonly kind: 'awaiting-deposit' }
  /** It is settled, and the gateway says nothing else. */
  | { readonly kind: 'settled' };

/** Asks the gateway about an attempt that is not touched. Moves nothing, and does not throw for what the gateway or the network did. */
export async function readAttempt(
  gateway: Pick<PaymentGateway, 'lookUp'>,
  { orderId, paymentKey, gatewayIdempotencyKey: idempotencyKey, amount, mayArriveUntil }: AttemptStanding,
): Promise<ApprovalReading> {
  const pgOrderId = PgOrderId.of(OrderId.of(orderId));
  return gateway.lookUp({ paymentKey, pgOrderId, idempotencyKey, amount: Money.krw(amount), mayArriveUntil });
}

/** What settling this reading would make of the attempt and its payment; a test holds it against what settling does. */
export function prospectOf(standing: AttemptStanding, reading: ApprovalReading): AttemptProspect {
  const { status, isLeased, paymentKey, payment } = standing;
  if (status === 'SUCCEEDED' || status === 'UNAPPLIED') return { kind: 'settled' };
  if (isLeased) return { kind: 'refused', because: 'owned' };
  const isSettled = status === 'DECLINED' || status === 'REFUSED' || status === 'NOT_CHARGED';
  const isReady = payment.status === 'READY';
  const ended = isReady && payment.isOrderCancelled ? 'CANCELED' : payment.status;
  switch (reading.kind) {
    case 'approved':
      if (payment.paymentKey === paymentKey)
        return isSettled ? { kind: 'settled' } : becomes('SUCCEEDED', payment.status);
      return isReady ? becomes('SUCCEEDED', 'APPROVED') : becomes('UNAPPLIED', payment.status);
    case 'mischarged':
      return becomes('UNAPPLIED', ended);
    case 'declined':
      return isSettled ? { kind: 'settled' } : becomes('DECLINED', isReady ? 'FAILED' : payment.status);
    case 'refused':
      return isSettled ? { kind: 'settled' } : becomes('REFUSED', ended);
    case 'not-charged':
      return isSettled ? { kind: 'settled' } : becomes('NOT_CHARGED', ended);
    case 'awaiting-deposit':
      if (isSettled || (status === 'AWAITING_DEPOSIT' && !payment.isOrderCancelled))
        return { kind: 'awaiting-deposit' };
      // Nobody shall pay for an order that is no more: its virtual account is given up.
      return payment.isOrderCancelled ? becomes('REFUSED', ended) : becomes('AWAITING_DEPOSIT', payment.status);
    case 'open':
      return isSettled ? { kind: 'settled' } : { kind: 'refused', because: 'open' };
    case 'unknown':
      return { kind: 'refused', because: 'unclear' };
  }
}

function becomes(attempt: PaymentAttemptStatus, payment: PaymentStatus): AttemptProspect {
  return { kind: 'possible', attempt, payment };
}
