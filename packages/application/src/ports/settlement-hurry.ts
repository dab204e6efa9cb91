import { type OrderId } from '@koosco/payment-domain';

export interface SettlementHurry {
  /**
   * Makes what is not settled of this order due: attempts and refunds that nobody works on, at once, or `windowMs` after
   * somebody looked at them last.
   */
  hurry(orderId: OrderId, windowMs: number): Promise<void>;
}
