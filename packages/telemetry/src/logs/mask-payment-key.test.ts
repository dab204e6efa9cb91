import { describe, expect, it } from '@jest/globals';
import { maskPaymentKey } from './mask-payment-key';

describe('maskPaymentKey', () => {
  it('keeps five leading and four trailing characters', () => {
    expect(maskPaymentKey('tgen_20250626194853NtWm4')).toBe('tgen_…tWm4');
    expect(maskPaymentKey('k'.repeat(200))).toBe('kkkkk…kkkk');
  });

  it('shows nothing of a key it would show more than half of', () => {
    expect(maskPaymentKey('12345678901234567')).toBe('***');
    expect(maskPaymentKey('123456789012345678')).toBe('12345…5678');
    expect(maskPaymentKey('')).toBe('***');
  });
});
