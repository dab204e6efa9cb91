import { equal, match } from 'node:assert/strict';
import { type ConformanceCase } from './conformance-case';
import { expectError } from './expectations';

const somePayment = '/v1/payments/tgen_20250626194853NtWm4';
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

/** Who may ask, and what every answer carries. */
export const authCases: readonly ConformanceCase[] = [
  {
    name: 'a missing key is 401 UNAUTHORIZED_KEY',
    evidence: 'documented',
    needsControl: false,
    run: async (target) => expectError(await target.get(somePayment, { authorization: '' }), 401, 'UNAUTHORIZED_KEY'),
  },
  {
    name: 'an unknown key is 401 UNAUTHORIZED_KEY',
    evidence: 'documented',
    needsControl: false,
    run: async (target) =>
      expectError(await target.get(somePayment, basic('test_sk_nobody:')), 401, 'UNAUTHORIZED_KEY'),
  },
  {
    name: 'a key without the colon is 403 INCORRECT_BASIC_AUTH_FORMAT',
    evidence: 'documented',
    needsControl: false,
    run: async (target) =>
      expectError(await target.get(somePayment, basic('test_sk_nobody')), 403, 'INCORRECT_BASIC_AUTH_FORMAT'),
  },
  {
    name: 'every answer has a trace id and must not be cached',
    evidence: 'observed',
    needsControl: false,
    run: async (target) => {
      const { headers } = await target.get(somePayment);
      match(headers.get('x-tosspayments-trace-id') ?? '', /^[0-9a-f]{32}$/);
      match(headers.get('cache-control') ?? '', /no-store/);
      match(headers.get('content-type') ?? '', /^application\/json/);
    },
  },
  {
    name: 'messages are Korean, and English under Accept-Language: en-US',
    evidence: 'documented',
    needsControl: false,
    run: async (target) => {
      const korean = await target.get(somePayment);
      const english = await target.get(somePayment, { 'accept-language': 'en-US' });
      match(String(korean.fields['message']), /[가-힣]/);
      match(String(english.fields['message']), /^[\x20-\x7e]+$/);
    },
  },
  {
    name: 'a test code is answered with that error',
    evidence: 'documented',
    needsControl: false,
    run: async (target) => {
      const header = { 'tosspayments-test-code': 'INVALID_CARD_EXPIRATION' };
      expectError(await target.post('/v1/payments/confirm', unknownPayment, header), 400, 'INVALID_CARD_EXPIRATION');
    },
  },
  {
    name: 'an unknown test code is 400 INVALID_TEST_CODE',
    evidence: 'documented',
    needsControl: false,
    run: async (target) => {
      const header = { 'tosspayments-test-code': 'NO_SUCH_CODE' };
      expectError(await target.post('/v1/payments/confirm', unknownPayment, header), 400, 'INVALID_TEST_CODE');
    },
  },
  {
    name: 'a confirm of a paymentKey nobody knows is 404 NOT_FOUND_PAYMENT_SESSION',
    evidence: 'observed',
    needsControl: false,
    run: async (target) =>
      expectError(await target.post('/v1/payments/confirm', unknownPayment), 404, 'NOT_FOUND_PAYMENT_SESSION'),
  },
  {
    name: 'a look-up of what nobody knows is 404 NOT_FOUND_PAYMENT, by key and by order',
    evidence: 'documented',
    needsControl: false,
    run: async (target) => {
      expectError(await target.get(somePayment), 404, 'NOT_FOUND_PAYMENT');
      expectError(await target.get('/v1/payments/orders/nobody-ordered-this'), 404, 'NOT_FOUND_PAYMENT');
    },
  },
  {
    name: 'transactions of a range are an array',
    evidence: 'documented',
    needsControl: false,
    run: async (target) => {
      const answer = await target.get('/v1/transactions?startDate=2024-01-01T00:00:00&endDate=2024-01-02T00:00:00');
      equal(answer.status, 200, answer.text);
      equal(Array.isArray(JSON.parse(answer.text)), true);
    },
  },
];

const unknownPayment = { paymentKey: 'tgen_20250626194853NtWm4', orderId: 'nobody-ordered-this', amount: 1000 };
