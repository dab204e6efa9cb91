import { type ApprovalOutcome } from '@koosco/payment-domain';
import { type ApprovalRequest, type PaymentGateway } from './ports/payment-gateway';

/**
 * For an attempt that another worker may have sent already: asks the gateway what became of it, and charges, with the
 * same idempotency key, only where its books are open. The buyer authenticated, asked to be charged and still waits.
 * Sending without asking would rest on the gateway's idempotency alone, which ends where a key's answer was an error.
 */
export async function chargeAgain(
  gateway: PaymentGateway,
  request: ApprovalRequest & { readonly requestedAt: Date },
): Promise<ApprovalOutcome> {
  const reading = await gateway.lookUp(request);
  return reading.kind === 'open' ? gateway.approve(request) : reading;
}
