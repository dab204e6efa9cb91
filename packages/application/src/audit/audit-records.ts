/** What the database says about one payment, in plain values; a period's audit compares it with itself and with others. */
export interface PaymentRecords {
  readonly paymentId: string;
  readonly orderId: bigint;
  readonly payment: {
    readonly status: string;
    readonly amount: bigint;
    readonly canceledAmount: bigint;
    readonly paymentKey: string | null;
    readonly sequence: number;
  };
  readonly transactions: readonly TransactionRecord[];
  readonly history: readonly HistoryRecord[];
  /** Charges that the payment could not take, and refunds of those: money that its transactions do not name. */
  readonly besides: readonly MovementRecord[];
  /** Attempts and refunds that are not settled. */
  readonly underWay: number;
}

export interface TransactionRecord {
  readonly type: string;
  readonly status: string;
  readonly amount: bigint;
  readonly pgTransactionId: string | null;
  readonly occurredAt: Date;
}

export interface HistoryRecord {
  readonly sequence: number;
  readonly fromStatus: string | null;
  readonly toStatus: string;
  readonly canceledAmount: bigint;
  readonly occurredAt: Date;
}

export interface MovementRecord {
  readonly kind: 'charge' | 'refund';
  readonly amount: bigint;
  readonly pgTransactionId: string | null;
  readonly at: Date;
}

/** A row of the outbox. */
export interface EventRecord {
  readonly id: bigint;
  readonly paymentId: string;
  readonly eventType: string;
  readonly topic: string;
  readonly isPublished: boolean;
  readonly createdAt: Date;
  /** What its payload says. */
  readonly sequence: number | null;
  readonly canceledAmount: bigint | null;
  /** SHA-256 of the payload, in hexadecimal. */
  readonly digest: string;
}
