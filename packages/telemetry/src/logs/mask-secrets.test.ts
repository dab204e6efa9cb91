import { describe, expect, it } from '@jest/globals';
import { maskSecrets } from './mask-secrets';

describe('maskSecrets', () => {
  it.each([
    ['Authorization: Basic dGVzdF9za18xMjM0Og==', 'Authorization: Basic [redacted]'],
    ['sent bearer abc.def-ghi', 'sent bearer [redacted]'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln rejected', 'token [redacted] rejected'],
    ['key test_sk_zXLkKEypNArWmo50nX3lmeaxYG5R', 'key [redacted]'],
    ['key live_gck_abc123', 'key [redacted]'],
    ['mysql://root:p@ss:w/rd@db:3306/commerce-payment', 'mysql://[redacted]@db:3306/commerce-payment'],
    ['{"password":"hunter2","user":"root"}', '{"password":"[redacted]","user":"root"}'],
    ['{\\"secretKey\\":\\"hunter2\\"}', '{\\"secretKey\\":\\"[redacted]\\"}'],
    [
      '{"cookie":["a","hunter2"],"x":{"credentials":{"a":"hunter2"}}}',
      '{"cookie":[redacted]],"x":{"credentials":[redacted]}}}',
    ],
    ['?JWT_SECRET=hunter2&x=1', '?JWT_SECRET=[redacted]&x=1'],
    ['{"paymentKey":"generic-key-of-some-length","amount":1}', '{"paymentKey":"gener…ngth","amount":1}'],
    ['payment_key=short', 'payment_key=***'],
    ['POST /v1/payments/generic-key-of-some-length/cancel', 'POST /v1/payments/gener…ngth/cancel'],
    ['approved tgen_20250626194853NtWm4.', 'approved tgen_…tWm4.'],
    ['12345202511211020471234567890', '12345…7890'],
    ['receipt?transactionId=tnhig20251121102047bvrO8&ref=PX', 'receipt?transactionId=tnhig…vrO8&ref=PX'],
  ])('%s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });

  it.each([
    '9223372036854775807',
    'GET /api/payments/orders/9007199254740993/checkout',
    'POST /api/payments/9007199254740993/cancel',
    'connect ECONNREFUSED 127.0.0.1:3306',
    'http://connect:8083/connectors?expand=status',
    'Unknown column a@b in koosco.commerce.payment.created 20251121102047',
    '결제 금액이 일치하지 않습니다.',
  ])('leaves %s as it is', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });

  it('masks what was masked before to the same', () => {
    const once = maskSecrets('paymentKey=tgen_20250626194853NtWm4 password=hunter2 Basic dGVzdA==');
    expect(maskSecrets(once)).not.toMatch(/20250626194853|hunter2|dGVzdA/);
  });

  it('cuts long texts and says how long they were', () => {
    const masked = maskSecrets('x'.repeat(100_000));
    expect(masked.length).toBeLessThan(5_000);
    expect(masked).toMatch(/… \(100000 characters\)$/);
  });

  it('recognises a secret that the cut goes through', () => {
    expect(maskSecrets(`${'x '.repeat(2_040)} tgen_20250626194853NtWm4`)).not.toMatch(/20250626/);
    expect(maskSecrets(`${'x '.repeat(2_030)} password=${'p'.repeat(10_000)}`)).not.toMatch(/ppp/);
  });
});
