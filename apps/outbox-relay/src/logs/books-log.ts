import { type BooksRound } from '@koosco/payment-application';
import { type Logger } from '@koosco/payment-telemetry';

/** For each movement of money that Toss's books have and no record of ours. */
export function logBooks({ hinted }: BooksRound, logger: Logger): void {
  for (const { orderId, status } of hinted) {
    logger.info({ orderId: orderId?.toString(), status }, 'money moved and nobody told us yet: it is looked at');
  }
}
