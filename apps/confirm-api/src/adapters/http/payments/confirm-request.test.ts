import { describe, expect, it } from '@jest/globals';
import { parseJson } from '@koosco/payment-contracts/json';
import { confirmRequest } from './confirm-request';
import { HttpError } from '../errors/http-error';

const valid = { paymentKey: 'tgen_20250626194853NtWm4', orderId: 12345, amount: 50000 };

describe('the body of a confirm', () => {
  it('takes integers', () => {
    const request = confirmRequest.read(valid);
    expect(request).toMatchObject({ paymentKey: 'tgen_20250626194853NtWm4', orderId: 12345n });
    expect(request.amount.krw).toBe(50000n);
  });

  it('takes digits in strings, as the success URL hands them over', () => {
    const request = confirmRequest.read({ ...valid, orderId: '12345', amount: '50000' });
    expect(request.orderId).toBe(12345n);
    expect(request.amount.krw).toBe(50000n);
  });

  it.each(['9223372036854775807', '"9223372036854775807"'])('keeps every digit of the order id %s', (orderId) => {
    const body = parseJson(`{"paymentKey":"key","orderId":${orderId},"amount":1}`);
    expect(confirmRequest.read(body).orderId).toBe(9223372036854775807n);
  });

  it.each(['50000.0', '5e4', '500000e-1'])('takes the whole number %s, however it is spelled', (number) => {
    const body = parseJson(`{"paymentKey":"key","orderId":${number},"amount":${number}}`);
    expect(confirmRequest.read(body)).toMatchObject({ orderId: 50000n, amount: { krw: 50000n } });
  });

  it.each(['...', '.a', '..a', '%2e'])('takes the payment key %s, which names no folder', (paymentKey) => {
    expect(confirmRequest.read({ ...valid, paymentKey }).paymentKey).toBe(paymentKey);
  });

  it('takes a payment key of 200 characters', () => {
    expect(confirmRequest.read({ ...valid, paymentKey: 'k'.repeat(200) }).paymentKey).toHaveLength(200);
  });

  it('names every field that is wrong', () => {
    expect(fieldErrorsOf(parseJson('{}'))).toEqual([
      { field: 'paymentKey', reason: '필수 값입니다.' },
      { field: 'orderId', reason: '필수 값입니다.' },
      { field: 'amount', reason: '필수 값입니다.' },
    ]);
  });

  it.each([
    ['absent', 'null'],
    ['a number', '1'],
    ['a list', '["key"]'],
    ['empty', '""'],
    ['of 201 characters', JSON.stringify('k'.repeat(201))],
    ['of 5,000 characters', JSON.stringify('k'.repeat(5_000))],
    ['a dot segment', '"."'],
    ['a dot segment upwards', '".."'],
    ['with a space', '"a key"'],
    ['with a line break', String.raw`"key\n"`],
    ['with a NUL', String.raw`"\u0000key"`],
    ['with a lone surrogate', String.raw`"\ud800"`],
  ])('refuses a payment key that is %s', (_, paymentKey) => {
    expect(wrongFieldsOf(`{"paymentKey":${paymentKey},"orderId":1,"amount":1}`)).toEqual(['paymentKey']);
  });

  it.each([
    'null',
    'true',
    '{}',
    '[50000]',
    '""',
    '"abc"',
    '"10000.00"',
    '"1e4"',
    '"0x10"',
    '" 1"',
    '"+1"',
    '"01"',
    '"0050000"',
    '"-0"',
    '"٣"',
    '1.5',
    '-1',
    '"-1"',
    '1e300',
    '1e-400',
    '-1e-400',
    '0.99999999999999999999',
    '14999.9999999999999999999',
    '886001.99999999999999999999',
    '4503599627370496.5',
    '99999999999999999999',
    '"99999999999999999999"',
    '9223372036854775808',
    `"${'9'.repeat(16_000)}"`,
  ])('refuses %s as an amount and as an order id', (value) => {
    expect(wrongFieldsOf(`{"paymentKey":"key","orderId":1,"amount":${value}}`)).toEqual(['amount']);
    expect(wrongFieldsOf(`{"paymentKey":"key","orderId":${value},"amount":1}`)).toEqual(['orderId']);
  });

  it('refuses order 0, and an amount that not every JSON parser could hold', () => {
    expect(wrongFieldsOf('{"paymentKey":"key","orderId":0,"amount":9007199254740992}')).toEqual(['orderId', 'amount']);
  });

  it('reads nothing through prototypes', () => {
    const body = parseJson('{"__proto__":{"paymentKey":"key","orderId":1,"amount":1},"constructor":1}');
    expect(fieldErrorsOf(body).map(({ field }) => field)).toEqual(['paymentKey', 'orderId', 'amount']);
    expect(confirmRequest.read(parseJson('{"__proto__":{},"paymentKey":"key","orderId":1,"amount":1}')).orderId).toBe(
      1n,
    );
  });

  it.each(['null', '[]', '"text"', '1', '12345678901234567890'])(
    'says of the body %s that it is unreadable',
    (text) => {
      expect(refusalOf(parseJson(text)).errorCode).toMatchObject({ code: 'COMMON-400-001', status: 400 });
    },
  );
});

type Body = Parameters<typeof confirmRequest.read>[0];

function refusalOf(body: Body): HttpError {
  try {
    confirmRequest.read(body);
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error('the body was accepted');
}

function fieldErrorsOf(body: Body) {
  const { errorCode, extras } = refusalOf(body);
  expect(errorCode).toMatchObject({ code: 'COMMON-400-004', status: 400 });
  return extras.fieldErrors ?? [];
}

function wrongFieldsOf(text: string): string[] {
  return fieldErrorsOf(parseJson(text)).map(({ field }) => field);
}
