import { type UnappliedCharge } from '@koosco/payment-domain';

export interface UnappliedChargeRepository {
  /** One per attempt; recording it again changes nothing. */
  record(charge: UnappliedCharge): Promise<void>;
  /** The money of this attempt went back. */
  markRefunded(attemptId: string, refundedAt: Date): Promise<void>;
}
