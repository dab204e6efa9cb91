export interface TossCancelRequest {
  readonly paymentKey: string;
  /** At most 200 characters. */
  readonly cancelReason: string;
  /** Whole won; without it all that is left. */
  readonly cancelAmount?: number;
  /** What the caller believes can still be cancelled. Toss refuses with NOT_MATCHES_REFUNDABLE_AMOUNT when it differs. */
  readonly refundableAmount?: number;
  /** Where a deposited virtual account gives back to; Toss wants it for those and for nothing else. */
  readonly refundReceiveAccount?: {
    /** Code or name. */
    readonly bank: string;
    /** Digits, at most 20. */
    readonly accountNumber: string;
    /** At most 60 characters. */
    readonly holderName: string;
  };
}
