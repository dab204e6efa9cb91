/** What a {@link RuleViolation} was about; the union is closed so that an edge can map every case. */
export type RuleViolationCode =
  | 'INVALID_MONEY'
  | 'INVALID_IDENTIFIER'
  | 'INVALID_PAYMENT_AMOUNT'
  | 'INVALID_PAYMENT_STATUS'
  | 'INVALID_ATTEMPT_STATUS'
  | 'INVALID_REFUND_STATUS';

/**
 * Thrown when code asks the domain for something that must never happen: a negative amount, a second approval, a refund
 * above the remainder. What a caller is expected to branch on is returned, never thrown; reaching this is a bug or
 * foreign input that was not checked at the edge. Nothing was changed: every domain object is immutable.
 */
export class RuleViolation extends Error {
  constructor(
    readonly code: RuleViolationCode,
    message: string,
  ) {
    super(message);
    this.name = 'RuleViolation';
  }
}
