import { type Clock } from '@koosco/payment-application';
import { TossClient } from '../client/toss-client';
import { type TossClientConfig } from '../client/toss-client-config';
import { TossBooks } from './books/toss-books';
import { TossRefundGateway } from './refund/toss-refund-gateway';
import { TossPaymentGateway } from './charge/toss-payment-gateway';

/** Left after one call has run into its deadline, to ask what became of it and to try once more. */
const AFTER_THE_DEADLINE_MS = 15_000;

/** Charging, giving back and reading the books, through one client: what it has learned about Toss counts for both. */
export interface TossGateways {
  readonly payments: TossPaymentGateway;
  readonly refunds: TossRefundGateway;
  readonly books: TossBooks;
}

/** Both gateways on a client of their own, with a longest exchange that follows the client's deadline. */
export function tossGateways(config: TossClientConfig, clock: Clock): TossGateways {
  const rules = { totalMs: config.totalDeadlineMs + AFTER_THE_DEADLINE_MS };
  const client = new TossClient(config);
  return {
    payments: new TossPaymentGateway(client, clock, { rules }),
    refunds: new TossRefundGateway(client, clock, { rules }),
    books: new TossBooks(client),
  };
}
