import { type Money, type PgOrderId, type RefundOutcome, type SendRecord } from '@koosco/payment-domain';
import { type SendPermit } from './payment-gateway';

/** Whoever gives money back. Never called while a database transaction is open. */
export interface RefundGateway {
  /** What is to be durable before the first request of a refund that begins `now` leaves. */
  firstSend(now: Date): SendRecord;

  /**
   * Gives back a part or all of a charge, or goes on where an earlier worker stopped, as {@link PaymentGateway.approve}
   * does. Safe to repeat with the same request: the same idempotency key moves money once. Does not throw for anything
   * the gateway or the network did; what could not be read for certain is `unknown`.
   */
  refund(request: RefundRequest, permit: SendPermit): Promise<RefundOutcome>;

  /** Asks what became of a refund, without changing anything. Does not throw for anything the gateway or the network did. */
  lookUpRefund(request: RefundRequest): Promise<RefundReading>;
}

export interface RefundRequest {
  readonly paymentKey: string;
  readonly pgOrderId: PgOrderId;
  readonly amount: Money;
  /** What could still be given back before this refund. The gateway moves nothing unless its books say the same. */
  readonly remainingBefore: Money;
  /** `pgTransactionId` of every refund of this charge that our books hold already: none of them is this one. */
  readonly knownRefunds: readonly string[];
  /** The buyer may read it. At most 200 characters. */
  readonly reason: string;
  /** Durable before the first call, the same at every repetition. */
  readonly idempotencyKey: string;
  /** Where a deposited virtual account gives back to. Handed on, never stored or logged. */
  readonly receiveAccount?: ReceiveAccount;
}

/** A bank account of the buyer. */
export interface ReceiveAccount {
  /** The bank's code at the gateway, or its name. */
  readonly bank: string;
  /** Digits only. */
  readonly accountNumber: string;
  readonly holderName: string;
}

/**
 * What the gateway's books say now. `open`: this refund is not in them and the remainder is still what it was; `unknown`:
 * they could not be read, or differ from ours.
 */
export type RefundReading = Extract<RefundOutcome, { kind: 'refunded' | 'unknown' }> | { readonly kind: 'open' };
