import { type OrderId } from '@koosco/payment-domain';

/** One row of the gateway's books: money that came or went. */
export interface Movement {
  readonly pgTransactionId: string;
  /** Of the payment after it, in the gateway's words. */
  readonly status: string | null;
  /** Null where it names no order that could be ours. */
  readonly orderId: OrderId | null;
  readonly paymentKey: string;
  /** Whether it was taken or went back; null where the status says neither. */
  readonly kind: 'charge' | 'refund' | 'reversal' | null;
  /** In won, positive; null where the gateway named no whole number of them. */
  readonly amount: bigint | null;
  readonly at: Date | null;
}

export interface GatewayBooks {
  /**
   * A page of what moved between two instants, oldest first; a row may appear a minute late. Does not throw for anything that
   * the gateway or the network did.
   * @param after the last row of the page before it.
   */
  movements(range: { from: Date; to: Date; after: string | null; limit: number }): Promise<MovementsReading>;
}

export type MovementsReading =
  | { readonly kind: 'read'; readonly movements: readonly Movement[] }
  | { readonly kind: 'unknown'; readonly reason: string };
