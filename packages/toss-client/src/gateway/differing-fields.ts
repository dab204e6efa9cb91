import { type TossPayment } from '../client/answers/toss-payment';

/** Names of the fields in which Toss's payment is not the one we mean; no values, for a payment key must not be logged. */
export function differingFields(
  payment: TossPayment,
  meant: { readonly paymentKey: string; readonly pgOrderId: string },
  totalAmount?: number,
): readonly string[] {
  const differing: string[] = [];
  if (payment.paymentKey !== meant.paymentKey) differing.push('paymentKey');
  if (payment.orderId !== meant.pgOrderId) differing.push('orderId');
  if (totalAmount !== undefined && payment.totalAmount !== totalAmount) differing.push('totalAmount');
  if (payment.currency !== 'KRW') differing.push('currency');
  return differing;
}
