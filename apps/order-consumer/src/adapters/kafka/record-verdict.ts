import { type OrderConflict } from '@koosco/payment-application';
import { type OrderId } from '@koosco/payment-domain';

/**
 * What is said of a record for good. There is a third answer, "try again", which is thrown and is about the whole batch:
 * while the database or the dead-letter topic is away, nothing is said of any record. It is also the answer to whatever
 * nobody has foreseen: only what is known to be impossible is parked, or a fault of ours would park orders that could be
 * paid.
 */
export type RecordVerdict = Done | Impossible;

interface Done {
  readonly kind: 'done';
  /** The payment is stored, now or before; or the event is of a type that this service does not act on. */
  readonly by: 'payment' | 'skipping';
}

export interface Impossible {
  readonly kind: 'impossible';
  /** Why no retry could help; names fields, shows none of their text. */
  readonly reason: string;
  /** Where the order has a payment of another amount or user. */
  readonly conflict?: { readonly orderId: OrderId; readonly differs: OrderConflict };
}
