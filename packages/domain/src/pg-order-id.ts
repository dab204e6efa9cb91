import { OrderId } from './order-id';
import { RuleViolation } from './rule-violation';

/**
 * The order id as Toss sees it. Toss wants 6 to 64 characters of `[A-Za-z0-9_-]` as a string (INVALID_ORDER_ID in its
 * error table); a small number is too short, and one longer than 2^53 would be damaged by a JSON number. So the digits
 * are padded to the 19 that a signed 64-bit integer can have, which keeps the form fixed and reversible.
 */
export type PgOrderId = string & { readonly __brand: 'PgOrderId' };

const FORM = /^ord-(\d{19})$/;

export const PgOrderId = {
  of(orderId: OrderId): PgOrderId {
    return `ord-${orderId.toString().padStart(19, '0')}` as PgOrderId;
  },
  /** The order behind it. @throws RuleViolation `INVALID_IDENTIFIER` for any text that {@link PgOrderId.of} cannot have made. */
  toOrderId(text: string): OrderId {
    const digits = FORM.exec(text)?.[1];
    if (digits === undefined) throw new RuleViolation('INVALID_IDENTIFIER', 'not an order id of ours at the gateway');
    return OrderId.of(BigInt(digits));
  },
};
