import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { tossPaymentJson } from '../../testing/toss-payment-json';
import { parseJson } from './json-fields';
import { readTossPayment } from './toss-payment';
import { readTossTransactions } from './toss-transaction';

describe('readTossPayment', () => {
  it('reads a payment', () => {
    expect(readTossPayment(tossPaymentJson())).toEqual({
      paymentKey: 'tgen_20250626194853NtWm4',
      orderId: 'ord-0000000000000000042',
      status: 'DONE',
      currency: 'KRW',
      totalAmount: 1000,
      balanceAmount: 1000,
      method: '카드',
      requestedAt: new Date('2025-06-26T10:48:53Z'),
      approvedAt: new Date('2025-06-26T10:49:10Z'),
      lastTransactionKey: 'txrd_a01jynr2s3jbp5rtqk4w53xw0jh',
      receiptUrl: 'https://dashboard-sandbox.tosspayments.com/receipt/redirection',
      virtualAccount: null,
      failure: null,
      cancels: [],
    });
  });

  it('lets new fields, new enum values and fields of a changed type pass', () => {
    const json = tossPaymentJson({
      status: 'HELD_BY_THE_MOON',
      method: '생체결제',
      somethingNew: [{}],
      approvedAt: 20250626,
      receipt: 'https://',
      virtualAccount: [],
      cancels: { 0: {} },
    });
    expect(readTossPayment(json)).toMatchObject({
      status: 'HELD_BY_THE_MOON',
      method: '생체결제',
      approvedAt: null,
      receiptUrl: null,
      virtualAccount: null,
      cancels: [],
    });
  });

  it.each(['999.99999999999999999999', '1000.00000000000000000001', '9999999999999999999999e-19'])(
    'never rounds the amount %s to a whole one',
    (amount) => {
      const amounts = { totalAmount: 'T', balanceAmount: 'T', cancels: [{ transactionKey: 'c', cancelAmount: 'T' }] };
      const text = JSON.stringify(tossPaymentJson(amounts)).replaceAll('"T"', amount);
      const { totalAmount, balanceAmount, cancels } = readTossPayment(parseJson(text))!;
      for (const read of [totalAmount, balanceAmount, cancels[0]?.cancelAmount]) {
        expect(read).toBeCloseTo(1000, 9);
        expect(read).not.toBe(1000);
      }
    },
  );

  it('reads amounts however they are spelled, and cents', () => {
    const text = (amount: string) => JSON.stringify(tossPaymentJson({ totalAmount: 'T' })).replace('"T"', amount);
    const amountOf = (amount: string) => readTossPayment(parseJson(text(amount)))?.totalAmount;
    expect(['1000.0', '1e3', '10.25', '9007199254740993'].map(amountOf)).toEqual([1000, 1000, 10.25, null]);
  });

  it('takes a time without an offset for Korean time', () => {
    const { approvedAt } = readTossPayment(tossPaymentJson({ approvedAt: '2026-01-02T14:46:59.65327' }))!;
    expect(approvedAt).toEqual(new Date('2026-01-02T05:46:59.653Z'));
  });

  it.each(['paymentKey', 'orderId', 'status'])('is no payment without its %s', (field) => {
    expect(readTossPayment(tossPaymentJson({ [field]: undefined }))).toBeNull();
  });

  it('never throws, whatever the JSON', () => {
    const anyField = fc.constantFrom(...Object.keys(tossPaymentJson()));
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(anyField, fc.jsonValue()), (json, change) => {
        readTossPayment(json);
        readTossPayment(tossPaymentJson(change));
        readTossTransactions([json, change]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('readTossTransactions', () => {
  const row = { transactionKey: 't', paymentKey: 'p', orderId: 'o', status: 'DONE', amount: 1000, currency: 'KRW' };

  it('reads rows, and no list at all rather than one with a row missing', () => {
    expect(readTossTransactions([row])).toMatchObject([{ transactionKey: 't', amount: 1000, method: null }]);
    expect(readTossTransactions([row, { ...row, orderId: 7 }])).toBeNull();
    expect(readTossTransactions({ rows: [row] })).toBeNull();
  });
});
