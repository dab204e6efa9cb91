import { type OrderId } from '@koosco/payment-domain';

/** How far the gateway's books have been read, and what of them was known before. */
export interface ReadBooks {
  /** Null when they were never read. */
  readUntil(): Promise<Date | null>;
  /** Durable when it resolves. */
  moveTo(readUntil: Date): Promise<void>;
  /** Which of these transactions no payment, refund or found charge of their orders knows. */
  unknownOf(
    movements: readonly { readonly pgTransactionId: string; readonly orderId: OrderId }[],
  ): Promise<ReadonlySet<string>>;
}
