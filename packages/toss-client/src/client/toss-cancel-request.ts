export interface TossCancelRequest {
  readonly paymentKey: string;
  /** At most 200 characters. */
  readonly cancelReason: string;
  /** Whole won; without it all that is left. */
  readonly cancelAmount?: number;
  /** What the caller believes can still be cancelled. Toss refuses with NOT_MATCHES_REFUNDABLE_AMOUNT when it differs. */
  readonly refundableAmount?: number;
}
