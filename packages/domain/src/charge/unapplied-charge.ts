import { type Money } from '../money';
import { type OrderId } from '../order-id';
import { type PaymentId } from '../payment/payment-id';

/**
 * Money that moved for a payment that cannot take it: paid already with another payment key, failed or cancelled. It is
 * the buyer's, and waits for its refund.
 */
export interface UnappliedCharge {
  readonly attemptId: string;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly paymentKey: string;
  readonly pgTransactionId: string | null;
  readonly amount: Money;
  readonly approvedAt: Date;
  /** Why the payment could not take it. */
  readonly reason: string;
  readonly foundAt: Date;
}
