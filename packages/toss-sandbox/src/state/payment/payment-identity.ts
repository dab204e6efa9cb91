import { koreanDigits } from '../../korean-time';
import { alphanumerics, lowerAlphanumerics, hexDigits, type SeededRandom } from '../../seeded-random';

/** `tgen_20250626194853NtWm4`: the first five characters of the mId, the second in Korea, five random ones. */
export function newPaymentKey(mId: string, nowMs: number, random: SeededRandom): string {
  return `${mId.slice(0, 5)}${koreanDigits(nowMs)}${random.text(5, alphanumerics)}`;
}

export const newTransactionKey = (random: SeededRandom) => `txrd_a01${random.text(24, lowerAlphanumerics)}`;

export const newPaymentSecret = (random: SeededRandom) => `ps_${random.text(28, alphanumerics)}`;

/** Accounts of Toss's test environment start with X: nobody can pay into one by mistake. */
export const newAccountNumber = (random: SeededRandom) => `X${random.text(13, '0123456789')}`;

export const newTraceId = (random: SeededRandom) => random.text(32, hexDigits);
