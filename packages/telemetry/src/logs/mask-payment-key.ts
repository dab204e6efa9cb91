const HIDDEN = '***';

// Five leading characters name the merchant, four trailing ones tell two keys of a day apart.
const HEAD_LENGTH = 5;
const TAIL_LENGTH = 4;

/**
 * A payment key as logs may show it: `tgen_…NtWm4` without the middle, at most 5 leading and 4 trailing characters.
 * A key so short that this would show more than half of it becomes `***`.
 */
export function maskPaymentKey(paymentKey: string): string {
  if (paymentKey.length < 2 * (HEAD_LENGTH + TAIL_LENGTH)) return HIDDEN;
  return `${paymentKey.slice(0, HEAD_LENGTH)}…${paymentKey.slice(-TAIL_LENGTH)}`;
}
