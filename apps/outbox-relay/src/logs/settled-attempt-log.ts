import { type SettledAttempt } from '@koosco/payment-application';
import { type Logger, traceFieldsOf } from '@koosco/payment-telemetry';

/** A line for each look after an attempt, under the correlation id of its payment. */
export function logSettled({ attempt, payment, outcome, applied, error }: SettledAttempt, logger: Logger): void {
  const { attemptId, orderId, paymentId, status, correlationId: requestId } = attempt.state;
  const line = {
    ...{ attemptId, orderId: orderId.toString(), paymentId, requestId },
    // An attempt remembers the request that began it. What its payment says is not known when the look failed.
    ...(payment && { correlationId: payment.state.correlationId, ...traceFieldsOf(payment.state.traceParent) }),
    ...{ outcome, applied, status, err: error },
  };
  if (status === 'UNAPPLIED')
    logger.error(line, 'money moved for a payment that cannot take it; it waits for a refund');
  else if (outcome === 'failed' || outcome === 'unknown') logger.warn(line, 'attempt is not settled');
  else if (applied && attempt.isSettled) logger.info(line, `attempt settled: ${outcome}`);
  else logger.info(line, 'attempt looked after');
}
