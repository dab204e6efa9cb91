import { type Clock } from '@koosco/payment-application';
import { TossClient } from '../client/toss-client';
import { type TossClientConfig } from '../client/toss-client-config';
import { TossPaymentGateway } from './charge/toss-payment-gateway';

/** Left after one call has run into its deadline, to ask what became of it and to try once more. */
const AFTER_THE_DEADLINE_MS = 15_000;

/** The gateway on a client of its own, with a longest approval that follows the client's deadline. */
export function tossGateway(config: TossClientConfig, clock: Clock): TossPaymentGateway {
  const rules = { totalMs: config.totalDeadlineMs + AFTER_THE_DEADLINE_MS };
  return new TossPaymentGateway(new TossClient(config), clock, { rules });
}
