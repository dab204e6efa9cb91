/** Everything the database says about one order, as it stands: what an operator reads when money is in question. */
export interface CaseFile {
  readonly orderId: bigint;
  readonly payment: CasePayment | null;
  /** That the order was cancelled, where that is known. */
  readonly cancellation: { readonly eventId: string; readonly receivedAt: Date } | null;
  /** Each list oldest first. */
  readonly attempts: readonly CaseAttempt[];
  readonly transactions: readonly CaseTransaction[];
  readonly refunds: readonly CaseRefund[];
  readonly unappliedCharges: readonly CaseUnappliedCharge[];
  readonly history: readonly CaseChange[];
  readonly events: readonly CaseEvent[];
  readonly webhooks: readonly CaseWebhook[];
  /** What people did by hand about its attempts. */
  readonly actions: readonly CaseAction[];
}

export interface CasePayment {
  readonly paymentId: string;
  readonly orderId: bigint;
  readonly userId: bigint;
  readonly pgOrderId: string;
  readonly amount: bigint;
  readonly canceledAmount: bigint;
  readonly status: string;
  readonly paymentKey: string | null;
  readonly sequence: number;
  readonly orderCancelledAt: Date | null;
  readonly createdAt: Date;
}

export interface CaseAttempt {
  readonly attemptId: string;
  readonly paymentKey: string;
  readonly gatewayIdempotencyKey: string;
  readonly amount: bigint;
  readonly status: string;
  readonly pgCode: string | null;
  readonly asks: number;
  /** When the relay looks next; null once it is settled. */
  readonly dueAt: Date | null;
  /** The fencing token of its owner, or of the last one. */
  readonly fence: number;
  readonly leasedUntil: Date | null;
  /** By the database's clock: somebody is at work on it. */
  readonly isLeased: boolean;
  /** Until when a request of it may be accepted. */
  readonly mayArriveUntil: Date;
  /** What the log lines of its confirm carry. */
  readonly correlationId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CaseTransaction {
  readonly type: string;
  readonly status: string;
  readonly amount: bigint;
  readonly pgTransactionId: string | null;
  readonly occurredAt: Date;
}

export interface CaseRefund {
  readonly refundId: string;
  readonly paymentKey: string;
  readonly origin: string;
  /** The attempt whose charge could not be applied. */
  readonly attemptId: string | null;
  readonly amount: bigint;
  readonly status: string;
  readonly pgCode: string | null;
  readonly dueAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CaseUnappliedCharge {
  readonly paymentKey: string;
  readonly amount: bigint;
  readonly reason: string;
  readonly foundAt: Date;
  readonly refundedAt: Date | null;
}

export interface CaseChange {
  readonly sequence: number;
  readonly fromStatus: string | null;
  readonly toStatus: string;
  readonly canceledAmount: bigint;
  readonly actor: string;
  readonly pgCode: string | null;
  readonly occurredAt: Date;
}

export interface CaseEvent {
  readonly id: bigint;
  readonly eventType: string;
  readonly topic: string;
  /** Its key on that topic. */
  readonly partitionKey: string;
  readonly status: string;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
}

export interface CaseWebhook {
  readonly kind: string;
  readonly status: string | null;
  readonly times: number;
  readonly receivedAt: Date;
  readonly followedAt: Date | null;
}

export interface CaseAction {
  readonly action: string;
  /** The attempt. */
  readonly target: string;
  readonly operator: string;
  readonly reason: string;
  readonly at: Date;
}

/** What names an order. */
export type CaseReference =
  | { readonly kind: 'order'; readonly orderId: bigint }
  | { readonly kind: 'payment'; readonly paymentId: string }
  | { readonly kind: 'attempt'; readonly attemptId: string }
  /** What Toss knows the order under. */
  | { readonly kind: 'pg-order'; readonly pgOrderId: string };

/** Reads, and needs no right but to read. */
export interface CaseFiles {
  /** Null when nothing in the database is about this order. @throws the driver's error when it cannot be read. */
  find(reference: CaseReference): Promise<CaseFile | null>;
  close(): Promise<void>;
}
