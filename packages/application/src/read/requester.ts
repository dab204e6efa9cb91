import { type Payment, type UserId } from '@koosco/payment-domain';

/** Who asks: a buyer, or somebody whom the platform lets act for any buyer (its administrators and services). */
export type Requester = { readonly kind: 'buyer'; readonly userId: UserId } | { readonly kind: 'trusted' };

/** A buyer's reach ends at own payments; to them, somebody else's payment does not exist. */
export function mayActOn(requester: Requester, payment: Payment): boolean {
  switch (requester.kind) {
    case 'trusted':
      return true;
    case 'buyer':
      return requester.userId === payment.state.userId;
  }
}
