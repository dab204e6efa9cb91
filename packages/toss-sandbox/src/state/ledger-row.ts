/**
 * One movement of money. `charge` took the amount from the buyer, `cancel` gave it back, `deposit-reversal` undid the
 * deposit into a virtual account. A payment's money is charges minus the other two.
 */
export interface LedgerRow {
  /** 1, 2, 3 … without gaps, in the order the money moved. */
  readonly seq: number;
  readonly kind: 'charge' | 'cancel' | 'deposit-reversal';
  readonly mId: string;
  readonly paymentKey: string;
  readonly orderId: string;
  /** Always positive. */
  readonly amount: number;
  readonly currency: string;
  readonly transactionKey: string;
  /** ISO 8601 with the offset of Korea, milliseconds, on the sandbox's clock. */
  readonly at: string;
}
