import { type Money, type PgOrderId } from '@koosco/payment-domain';

/** Whoever gives money back. Never called while a database transaction is open. */
export interface RefundGateway {
  /**
   * Gives back a part or all of a charge. Safe to repeat with the same request: the same idempotency key moves money
   * once. Does not throw for anything the gateway or the network did; what could not be read for certain is `unknown`.
   */
  refund(request: RefundRequest): Promise<RefundOutcome>;

  /** Asks what became of a refund, without changing anything. Does not throw for anything the gateway or the network did. */
  lookUpRefund(request: RefundRequest): Promise<RefundReading>;
}

export interface RefundRequest {
  readonly paymentKey: string;
  readonly pgOrderId: PgOrderId;
  readonly amount: Money;
  /** What could still be given back before this refund. The gateway moves nothing unless its books say the same. */
  readonly remainingBefore: Money;
  /** `pgTransactionId` of every refund of this charge that our books hold already: none of them is this one. */
  readonly knownRefunds: readonly string[];
  /** The buyer may read it. At most 200 characters. */
  readonly reason: string;
  /** Durable before the first call, the same at every repetition. */
  readonly idempotencyKey: string;
}

export type RefundOutcome =
  | RefundedOutcome
  | {
      /** No money moved, and this refund never will: the gateway or the buyer's bank does not allow it. */
      readonly kind: 'refused';
      readonly pgCode: string;
      readonly pgMessage: string;
    }
  | {
      /** No money moved; the same refund may be asked for again. `misconfigured` needs a person, `unavailable` needs time. */
      readonly kind: 'not-refunded';
      readonly cause: 'misconfigured' | 'unavailable';
      readonly pgCode: string | null;
      readonly pgMessage: string | null;
    }
  | {
      /** Nobody read an answer that settles it, or the gateway's books hold refunds that ours do not explain. */
      readonly kind: 'unknown';
      readonly pgCode: string | null;
      /** For operators; holds neither secrets nor a full payment key. */
      readonly reason: string;
    };

/** The money went back. */
export interface RefundedOutcome {
  readonly kind: 'refunded';
  /** The gateway's key of this refund. */
  readonly pgTransactionId: string;
  readonly refundedAt: Date;
}

/**
 * What the gateway's books say now. `open`: this refund is not in them and the remainder is still what it was; `unknown`:
 * they could not be read, or differ from ours.
 */
export type RefundReading = RefundedOutcome | Extract<RefundOutcome, { kind: 'unknown' }> | { readonly kind: 'open' };
