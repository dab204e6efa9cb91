import { type Money } from '../money';
import { type VirtualAccount } from './virtual-account';

/**
 * What is known about one request to charge a buyer. The words are ours; an adapter translates a gateway's answers into
 * them. There is no outcome for "probably": what was not read for certain is `unknown`.
 */
export type ApprovalOutcome =
  | ApprovedOutcome
  | MischargedOutcome
  | DeclinedOutcome
  | RefusedOutcome
  | NotChargedOutcome
  | AwaitingDepositOutcome
  | UnknownOutcome;

/** The money moved. */
export interface ApprovedOutcome {
  readonly kind: 'approved';
  /** The gateway's key of this charge. */
  readonly pgTransactionId: string | null;
  readonly approvedAt: Date;
  /** How the buyer paid, in the gateway's words (`카드`, `간편결제`, …). */
  readonly method: string | null;
  readonly receiptUrl: string | null;
}

/** Money moved, but not the amount that was asked for. It is the buyer's, and goes back. */
export interface MischargedOutcome {
  readonly kind: 'mischarged';
  /** What can be given back of it. */
  readonly amount: Money;
  readonly pgTransactionId: string | null;
  readonly approvedAt: Date;
}

/** No money moved and none will: the buyer's bank or card company said no. Final for the payment. */
export interface DeclinedOutcome {
  readonly kind: 'declined';
  readonly pgCode: string;
  readonly pgMessage: string;
}

/** No money moved: the request itself was wrong (unknown or expired payment key, another order's key). The buyer may pay again. */
export interface RefusedOutcome {
  readonly kind: 'refused';
  readonly pgCode: string;
  readonly pgMessage: string;
}

/** No money moved for a reason that is not the buyer's; the same confirm may be sent again. */
export interface NotChargedOutcome {
  readonly kind: 'not-charged';
  /** `misconfigured` needs a person (our key or contract); `unavailable` needs time. */
  readonly cause: 'misconfigured' | 'unavailable';
  readonly pgCode: string | null;
  readonly pgMessage: string | null;
}

/** A virtual account was issued: the buyer still has to transfer the money. Neither an approval nor a failure. */
export interface AwaitingDepositOutcome {
  readonly kind: 'awaiting-deposit';
  /** Null where the gateway's answer did not name it. */
  readonly account: VirtualAccount | null;
}

/** Nobody read an answer that settles it. Money may have moved; only asking the gateway can tell. */
export interface UnknownOutcome {
  readonly kind: 'unknown';
  readonly pgCode: string | null;
  /** For operators; holds neither secrets nor a full payment key. */
  readonly reason: string;
  /** Our own limits kept the last question from being asked, so its failure says nothing about the gateway. */
  readonly heldBack?: true;
}
