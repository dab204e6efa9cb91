import { type OrderId } from '../order-id';
import { RuleViolation } from '../rule-violation';

export type PaymentAction = 'CREATE' | 'APPROVE' | 'REFUND' | 'CANCEL';

/**
 * The mark that a request was seen: (order, action, key) exists at most once in the database. The key is the id of the
 * CloudEvent that caused a creation, a refund or a cancellation, or the payment key of an approval.
 */
export class PaymentIdempotency {
  /**
   * The column's length, in characters as it counts them: an emoji is one. An event id above it is refused at the edge,
   * never cut: two cut ids could be the same.
   */
  static readonly keyLengthMax = 255;

  private constructor(
    readonly orderId: OrderId,
    readonly action: PaymentAction,
    readonly key: string,
  ) {}

  /** @throws RuleViolation `INVALID_IDENTIFIER` when the key is empty or longer than {@link PaymentIdempotency.keyLengthMax}. */
  static of(orderId: OrderId, action: PaymentAction, key: string): PaymentIdempotency {
    if (key.length === 0) {
      throw new RuleViolation('INVALID_IDENTIFIER', 'an event id is needed: without it a duplicate cannot be told');
    }
    if (!isAtMost(PaymentIdempotency.keyLengthMax, key)) {
      throw new RuleViolation(
        'INVALID_IDENTIFIER',
        `an idempotency key has at most ${PaymentIdempotency.keyLengthMax} characters`,
      );
    }
    return new PaymentIdempotency(orderId, action, key);
  }
}

function isAtMost(characters: number, text: string): boolean {
  // A character is one or two UTF-16 units, so that most texts need no count.
  if (text.length <= characters || text.length > 2 * characters) return text.length <= characters;
  return Array.from(text).length <= characters;
}
