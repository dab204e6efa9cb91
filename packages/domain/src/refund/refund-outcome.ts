/**
 * What is known about one request to give money back. The words are ours; an adapter translates a gateway's answers into
 * them. What was not read for certain is `unknown`.
 */
export type RefundOutcome = RefundedOutcome | RefusedRefundOutcome | NotRefundedOutcome | UnknownRefundOutcome;

/** The money went back. */
export interface RefundedOutcome {
  readonly kind: 'refunded';
  /** The gateway's key of this refund. */
  readonly pgTransactionId: string;
  readonly refundedAt: Date;
}

/** No money moved, and this refund never will: the gateway or the buyer's bank does not allow it. */
export interface RefusedRefundOutcome {
  readonly kind: 'refused';
  readonly pgCode: string;
  readonly pgMessage: string;
}

/** No money moved; the same refund may be asked for again, under a key of its own. */
export interface NotRefundedOutcome {
  readonly kind: 'not-refunded';
  /** `misconfigured` needs a person (our key or contract); `unavailable` needs time. */
  readonly cause: 'misconfigured' | 'unavailable';
  readonly pgCode: string | null;
  readonly pgMessage: string | null;
}

/** Nobody read an answer that settles it, or the gateway's books hold refunds that ours do not explain. */
export interface UnknownRefundOutcome {
  readonly kind: 'unknown';
  readonly pgCode: string | null;
  /** For operators; holds neither secrets nor a full payment key. */
  readonly reason: string;
  /** Our own limits kept the last question from being asked, so its failure says nothing about the gateway. */
  readonly heldBack?: true;
}
