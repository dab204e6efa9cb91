import { type Payment, type PaymentStatus } from '@koosco/payment-domain';

export interface PaymentQuery {
  /** Any of them unless told. */
  readonly status?: PaymentStatus;
  /** Created then or later. */
  readonly from?: Date;
  /** Created before. */
  readonly to?: Date;
  /** Those that come after this one in the list. */
  readonly after?: PaymentPosition;
  readonly limit: number;
}

/** Where a payment stands in a list: the newest first, and of two of one moment the one that was stored later. */
export interface PaymentPosition {
  readonly createdAt: Date;
  readonly rowId: bigint;
}

export interface PaymentList {
  /** Reads at most `limit` payments, and no more rows than it returns, however many there are. */
  find(query: PaymentQuery): Promise<readonly { readonly payment: Payment; readonly position: PaymentPosition }[]>;
}
