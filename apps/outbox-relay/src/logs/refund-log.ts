import { type CarriedOutRefund } from '@koosco/payment-application';
import { type Logger, traceFieldsOf } from '@koosco/payment-telemetry';

/** A line for each look after a refund, under the correlation id of its payment. */
export function logRefund(carriedOut: CarriedOutRefund, logger: Logger): void {
  if (carriedOut.kind === 'failed') {
    const { orderId, error } = carriedOut;
    logger.warn({ orderId: orderId.toString(), err: error }, 'refunds of an order were not looked after');
    return;
  }
  const { payment, refund, outcome, applied } = carriedOut;
  const { refundId, orderId, paymentId, origin, status, amount, pgCode, correlationId: requestId } = refund.state;
  const { correlationId, traceParent } = payment.state;
  const what = { refundId, orderId: orderId.toString(), paymentId, origin, amount: amount.krw.toString() };
  const line = { ...what, requestId, correlationId, ...traceFieldsOf(traceParent), outcome, applied, status, pgCode };
  if (status === 'REFUSED') logger.error(line, 'the gateway refuses a refund; the money stays charged');
  else if (outcome === 'refunded') logger.info(line, 'money went back');
  else logger.warn(line, 'a refund is not settled');
}
