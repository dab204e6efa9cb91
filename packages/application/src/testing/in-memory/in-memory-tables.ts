import { type PaymentEvent } from '@koosco/payment-contracts';
import {
  type OrderId,
  type PaymentAttemptState,
  type PaymentId,
  type PaymentState,
  type PaymentTransaction,
  type RefundState,
  type UnappliedCharge,
} from '@koosco/payment-domain';
import { type OrderCancellation } from '../../ports/transaction/order-cancellation-repository';
import { type PaymentChange } from '../../ports/transaction/payment-history';

/** The rows of a database, or the changes of one transaction. */
export interface InMemoryTables {
  readonly payments: Map<OrderId, PaymentState>;
  readonly transactions: { readonly paymentId: PaymentId; readonly transaction: PaymentTransaction }[];
  /** In the order they were inserted. */
  readonly attempts: Map<string, PaymentAttemptState>;
  /** `order/action/key`. */
  readonly idempotency: Set<string>;
  readonly events: PaymentEvent[];
  /** By attempt. */
  readonly unappliedCharges: Map<string, UnappliedCharge & { readonly refundedAt?: Date }>;
  /** In the order they were inserted. */
  readonly refunds: Map<string, RefundState>;
  readonly orderCancellations: Map<OrderId, OrderCancellation>;
  readonly history: PaymentChange[];
}

export function emptyTables(): InMemoryTables {
  return {
    payments: new Map(),
    transactions: [],
    attempts: new Map(),
    idempotency: new Set(),
    events: [],
    unappliedCharges: new Map(),
    refunds: new Map(),
    orderCancellations: new Map(),
    history: [],
  };
}
