import { type OrderId } from '@koosco/payment-domain';

/** Reads without a transaction and without locks. */
export interface RefundReader {
  /** Orders with a refund that somebody has to look after now, by the database's clock, the longest waiting first. */
  ordersWithDueRefunds(limit: number): Promise<readonly OrderId[]>;
}
