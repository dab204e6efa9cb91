import { RuleViolation } from './rule-violation';

/**
 * An amount of Korean won: whole, never negative, at most 2^53 - 1 so that it is the same number in every JSON parser.
 * The won has no minor unit (ISO 4217 exponent 0), so one unit is one won.
 */
export class Money {
  static readonly max = 9_007_199_254_740_991n;
  static readonly zero = new Money(0n);

  private constructor(readonly krw: bigint) {}

  /** @throws RuleViolation `INVALID_MONEY` when negative or above {@link Money.max}. */
  static krw(value: bigint): Money {
    if (value < 0n) throw new RuleViolation('INVALID_MONEY', `an amount must not be negative, but was ${value}`);
    if (value > Money.max) throw new RuleViolation('INVALID_MONEY', `an amount must be at most ${Money.max} won`);
    return new Money(value);
  }

  plus(other: Money): Money {
    return Money.krw(this.krw + other.krw);
  }

  /** @throws RuleViolation `INVALID_MONEY` when `other` is more than this: money here is never owed. */
  minus(other: Money): Money {
    return Money.krw(this.krw - other.krw);
  }

  equals(other: Money): boolean {
    return this.krw === other.krw;
  }

  isMoreThan(other: Money): boolean {
    return this.krw > other.krw;
  }

  get isZero(): boolean {
    return this.krw === 0n;
  }
}
