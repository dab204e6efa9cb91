import { type OrderId } from '@koosco/payment-domain';

export interface SettlementHurry {
  /**
   * Makes what is not settled of this order due at once: attempts and refunds that nobody works on, and that nobody looked
   * at within `windowMs`.
   */
  hurry(orderId: OrderId, windowMs: number): Promise<void>;
}
