import { type PaymentId } from '@koosco/payment-domain';

/**
 * A payment was changed by somebody else since it was loaded, or is not there. Whoever loads payments with a lock never
 * sees this, so it is a bug and not retried; the transaction rolls back.
 */
export class PaymentVersionConflict extends Error {
  readonly code = 'PAYMENT_VERSION_CONFLICT';

  constructor(
    readonly paymentId: PaymentId,
    readonly version: number,
  ) {
    super(`payment ${paymentId} is not stored in version ${version}`);
    this.name = 'PaymentVersionConflict';
  }
}
