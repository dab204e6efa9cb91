import { type CreatePaymentCommand, type CreatePaymentResult } from '@koosco/payment-application';
import { logEach, type Logger, traceFieldsOf } from '@koosco/payment-telemetry';

/** Null for what is warned about where it is parked. */
const messages: Record<CreatePaymentResult, string | null> = {
  created: 'order consumed: payment created',
  'duplicate-event': 'order consumed again: this event has made its payment before',
  'duplicate-order': 'order consumed again: another event has made its payment before',
  'other-amount': null,
  'other-user': null,
  'other-amount-and-user': null,
};

/**
 * What became of each order, under the correlation id that its payment and all of its events carry, so that an order can
 * be followed through the logs of all workers. Call it when the transaction is durable.
 */
export function logOrders(
  logger: Logger,
  commands: readonly CreatePaymentCommand[],
  results: readonly CreatePaymentResult[],
): void {
  const lines = commands.flatMap(({ orderId, correlationId, traceParent, causationId: eventId }, index) => {
    const result = results[index];
    const message = result === undefined ? null : messages[result];
    if (message === null) return [];
    return [
      { fields: { orderId: orderId.toString(), correlationId, ...traceFieldsOf(traceParent), eventId }, message },
    ];
  });
  logEach(logger, 'orderId', lines);
}
