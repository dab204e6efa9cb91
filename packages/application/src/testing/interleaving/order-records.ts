/** Everything that is recorded about an order, on both sides, in plain values. Amounts are won. */
export interface OrderRecords {
  readonly payment: {
    readonly status: string;
    readonly sequence: number;
    readonly canceledKrw: bigint;
    /** Under which it was approved. */
    readonly approvedKey: string | null;
    readonly isOrderCancelled: boolean;
  } | null;
  /** Whether it is known that the order was cancelled, perhaps before it was placed. */
  readonly isCancellationKnown: boolean;
  /** Attempts and refunds that are not settled. */
  readonly underWay: number;
  /** Charges that the payment could not take and that have not gone back. */
  readonly unappliedCharges: number;
  /** Of successful refunds, those of unapplied charges left out. */
  readonly refundedKrw: bigint;
  /** Of the payment's transactions that gave money back. */
  readonly cancelTransactionsKrw: bigint;
  /** In the order in which they are published. */
  readonly events: readonly { readonly type: string; readonly sequence: number; readonly canceledKrw: bigint }[];
  /** In the order in which they happened. */
  readonly history: readonly {
    readonly sequence: number;
    readonly from: string | null;
    readonly to: string;
    readonly canceledKrw: bigint;
  }[];
  /** The gateway's books: each charge, and what of it was not given back. */
  readonly charges: readonly { readonly paymentKey: string; readonly heldKrw: bigint }[];
}
