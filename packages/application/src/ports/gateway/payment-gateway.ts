import { type ApprovalOutcome, type Money, type PgOrderId, type SendRecord } from '@koosco/payment-domain';

/** Whoever moves the money. Never called while a database transaction is open. */
export interface PaymentGateway {
  /** What is to be durable before the first request of an attempt that begins `now` leaves. */
  firstSend(now: Date): SendRecord;

  /**
   * Charges the buyer who authenticated this payment key, or goes on where an earlier worker stopped: then it asks what
   * became of the earlier requests, and repeats one, under the same idempotency key, only where the books are open. The
   * same idempotency key is never charged twice. Says "no money moved" only when none can move any more. Does not throw
   * for anything the gateway or the network did; what could not be read for certain is `unknown`. Ends within the
   * gateway's deadline, and at once when `permit` is refused.
   */
  approve(request: ApprovalRequest, permit: SendPermit): Promise<ApprovalOutcome>;

  /**
   * Asks what became of a charge, without changing anything. Does not throw for anything the gateway or the network did.
   * @param request `mayArriveUntil` is the end of the payment's session: that a gateway does not know the payment means
   *   little before it, and after it that no money moved.
   */
  lookUp(request: ApprovalRequest & { readonly mayArriveUntil: Date }): Promise<ApprovalReading>;

  /**
   * Gives up a charge that waits for the buyer's transfer, so that nobody pays for an order that is no more. Moves nothing
   * that came before: then the gateway refuses. May be repeated. Does not throw for anything the gateway or the network did.
   * @returns what the books say afterwards.
   */
  callOff(request: ApprovalRequest & { readonly mayArriveUntil: Date }): Promise<ApprovalReading>;
}

export interface ApprovalRequest {
  readonly paymentKey: string;
  readonly pgOrderId: PgOrderId;
  readonly amount: Money;
  /** Durable before the first call, the same at every repetition. */
  readonly idempotencyKey: string;
}

/** The right to send for one attempt, for as long as its bearer is the owner. */
export interface SendPermit {
  /** What earlier owners may have sent; null when nothing was. */
  readonly past: SendRecord | null;
  /**
   * To be called before every request: makes durable what is about to leave. False, and nothing may be sent, when the
   * attempt has another owner by now or the record could not be made durable. Never throws.
   */
  beforeSend(send: SendRecord): Promise<boolean>;
  /** What was learned about the requests since; becomes durable when the attempt is settled. */
  learned(send: SendRecord): void;
}

/**
 * What the gateway's books say now.
 * - an {@link ApprovalOutcome} other than `unknown` is certain;
 * - `open`: the buyer has authenticated, no money moved so far, a confirm may still be accepted;
 * - `unknown`: the books could not be read.
 */
export type ApprovalReading = ApprovalOutcome | { readonly kind: 'open' };
