import { type Money } from '@koosco/payment-domain';
import { type ApprovalRequest } from './payment-gateway';

/** The gateway's books of a charge. */
export interface GivenBackReader {
  /** Asks what of a charge that we know went back, whoever gave it back. Does not throw for what the gateway or the network did. */
  readGivenBack(request: Omit<ApprovalRequest, 'idempotencyKey'>): Promise<GivenBackReading>;
}

/** Money that went back to the buyer, as the gateway's books have it. */
export interface GivenBack {
  readonly pgTransactionId: string;
  /** Null for all that was left. */
  readonly amount: Money | null;
  readonly at: Date;
}

export type GivenBackReading =
  /** Oldest first. */
  | { readonly kind: 'read'; readonly givenBack: readonly GivenBack[] }
  /** The books could not be read, or are not those of this charge. */
  | { readonly kind: 'unknown'; readonly reason: string };
