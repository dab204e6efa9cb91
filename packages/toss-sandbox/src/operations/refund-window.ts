import { koreanDigits } from '../korean-time';
import { type Payment } from '../state/payment/payment';

const dayMs = 24 * 3_600_000;

/**
 * Documented windows: transfers 180 days, virtual accounts 365 days, mobile phone bills until the end of the month in
 * Korea; cards and easy pay have none.
 */
export function isRefundOverdue(payment: Payment, nowMs: number): boolean {
  if (payment.approvedAtMs === null) return false;
  const ageMs = nowMs - payment.approvedAtMs;
  switch (payment.method) {
    case 'TRANSFER':
      return ageMs > 180 * dayMs;
    case 'VIRTUAL_ACCOUNT':
      return ageMs > 365 * dayMs;
    case 'MOBILE_PHONE':
      return koreanDigits(nowMs).slice(0, 6) !== koreanDigits(payment.approvedAtMs).slice(0, 6);
    case 'CARD':
    case 'EASY_PAY':
    case null:
      return false;
  }
}
