import { createHmac } from 'node:crypto';
import { type UserId } from '@koosco/payment-domain';

/**
 * Toss knows a buyer by a customer key: the same at every visit, 2 to 50 characters, and not to be guessed from a user
 * id, because whoever has it sees the buyer's saved cards in the widget. A keyed hash is all of that without a table.
 */
export class CustomerKeys {
  constructor(private readonly secret: string) {}

  of(userId: UserId): string {
    return createHmac('sha256', this.secret).update(`toss-customer-key:${userId}`).digest('base64url').slice(0, 43);
  }
}
