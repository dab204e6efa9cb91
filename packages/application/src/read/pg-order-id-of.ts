import { OrderId, PgOrderId } from '@koosco/payment-domain';

/** What the gateway knows an order under. @throws RuleViolation for what is no order id. */
export function pgOrderIdOf(orderId: bigint): string {
  return PgOrderId.of(OrderId.of(orderId));
}
