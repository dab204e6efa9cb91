import { type ApprovalOutcome, type Money, type PgOrderId } from '@koosco/payment-domain';

/** Whoever moves the money. Never called while a database transaction is open. */
export interface PaymentGateway {
  /**
   * Charges the buyer who authenticated this payment key. Safe to repeat with the same request: the same idempotency
   * key is never charged twice. Does not throw for anything the gateway or the network did; what could not be read for
   * certain is `unknown`. Ends within the gateway's deadline.
   */
  approve(request: ApprovalRequest): Promise<ApprovalOutcome>;

  /**
   * Asks what became of a charge, without changing anything. Does not throw for anything the gateway or the network did.
   * @param request `requestedAt` is when the charge was first asked for: that a gateway does not know it yet means
   *   little, and that it still does not know it much later means that it never happened.
   */
  lookUp(request: ApprovalRequest & { readonly requestedAt: Date }): Promise<ApprovalReading>;
}

export interface ApprovalRequest {
  readonly paymentKey: string;
  readonly pgOrderId: PgOrderId;
  readonly amount: Money;
  /** Durable before the first call, the same at every repetition. */
  readonly idempotencyKey: string;
}

/**
 * What the gateway's books say now.
 * - an {@link ApprovalOutcome} other than `unknown` is certain;
 * - `open`: the buyer has authenticated, no money moved so far, a confirm may still be accepted;
 * - `unknown`: the books could not be read.
 */
export type ApprovalReading = ApprovalOutcome | { readonly kind: 'open' };
