export interface TossConfirmRequest {
  readonly paymentKey: string;
  /** The very text that the payment window was opened with. */
  readonly orderId: string;
  /** Whole won. */
  readonly amount: number;
}
