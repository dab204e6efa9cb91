import { type OrderId } from '@koosco/payment-domain';

export interface ExpiryReader {
  /**
   * Orders whose payment is READY for longer than this, the oldest first, and about which nobody is to ask the gateway any
   * more: without an attempt, or with settled ones that have had their last look.
   */
  findExpired(ageMs: number, limit: number): Promise<readonly OrderId[]>;
}
