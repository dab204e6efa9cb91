import { type FollowedHints } from '@koosco/payment-application';
import { type Logger } from '@koosco/payment-telemetry';

/** For each order that was looked at because somebody, perhaps Toss, has told something of it. */
export function logHints({ hints, payment, result }: FollowedHints, logger: Logger): void {
  const correlation = payment === null ? {} : { correlationId: payment.state.correlationId };
  const line = { orderId: hints.orderId.toString(), ...correlation, statuses: hints.statuses, result };
  if (result === 'differs') logger.error(line, "Toss's books of a payment are not ours: a person has to look");
  else if (result === 'given-back') logger.warn(line, 'money went back without us, and is booked');
  else logger.debug(line, 'webhook followed');
}
