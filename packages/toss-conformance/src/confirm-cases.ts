import { deepEqual, equal, match } from 'node:assert/strict';
import { type ConformanceCase } from './conformance-case';
import { expectError, expectFields } from './expectations';

const minuteMs = 60_000;

/** From the payment window to the approval. */
export const confirmCases: readonly ConformanceCase[] = [
  {
    name: 'an authenticated payment is confirmed: 200, DONE, the whole amount',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const payment = await target.authenticated(12_500);
      const answer = await target.confirm(payment);
      expectFields(answer, {
        ...{ paymentKey: payment.paymentKey, orderId: payment.orderId, status: 'DONE', method: '카드' },
        ...{ totalAmount: 12_500, balanceAmount: 12_500, suppliedAmount: 11_364, vat: 1_136, taxFreeAmount: 0 },
        ...{ currency: 'KRW', country: 'KR', type: 'NORMAL', version: '2022-11-16', cancels: null, failure: null },
      });
      match(payment.paymentKey, /^.{1,5}\d{14}[A-Za-z0-9]{5}$/);
      match(String(answer.fields['approvedAt']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/);
      match(String(answer.fields['secret']), /^ps_[A-Za-z0-9]{28}$/);
    },
  },
  {
    name: 'a window left open for 30 minutes expires, with the failure filled in',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.control.createPayment(target.window());
      await target.control.advanceClock(30 * minuteMs - 1_000);
      equal((await target.control.payment(paymentKey)).status, 'READY');
      await target.control.advanceClock(1_000);
      const answer = await target.get(`/v1/payments/${paymentKey}`);
      expectFields(answer, { status: 'EXPIRED', method: null, secret: null, receipt: null, balanceAmount: 12_500 });
      deepEqual((answer.fields['failure'] as { code?: string }).code, 'EXPIRED_PAYMENT');
    },
  },
  {
    name: 'an authenticated payment can be confirmed for 10 minutes, then it is 404 NOT_FOUND_PAYMENT_SESSION',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const late = await target.authenticated();
      await target.control.advanceClock(10 * minuteMs - 30_000);
      const intime = await target.authenticated();
      await target.control.advanceClock(30_000);
      expectError(await target.confirm(late), 404, 'NOT_FOUND_PAYMENT_SESSION');
      expectFields(await target.get(`/v1/payments/${late.paymentKey}`), { status: 'EXPIRED' });
      expectFields(await target.confirm(intime), { status: 'DONE' });
    },
  },
  {
    name: 'a window nobody authenticated in cannot be confirmed',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey, orderId } = await target.control.createPayment(target.window());
      const answer = await target.confirm({ paymentKey, orderId, amount: 12_500 });
      expectError(answer, 404, 'NOT_FOUND_PAYMENT_SESSION');
    },
  },
  {
    name: 'another orderId than the one in the window is 403 FORBIDDEN_REQUEST and charges nothing',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const payment = await target.authenticated();
      expectError(await target.confirm({ ...payment, orderId: 'another-order' }), 403, 'FORBIDDEN_REQUEST');
      expectFields(await target.get(`/v1/payments/${payment.paymentKey}`), { status: 'IN_PROGRESS' });
    },
  },
  {
    name: 'another amount than the one in the window is refused and charges nothing',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const payment = await target.authenticated();
      const answer = await target.confirm({ ...payment, amount: 1_000 });
      equal(answer.status >= 400 && answer.status < 500, true, answer.text);
      expectFields(await target.get(`/v1/payments/${payment.paymentKey}`), { status: 'IN_PROGRESS' });
    },
  },
  {
    name: 'a second confirm is 400 ALREADY_PROCESSED_PAYMENT, also after a cancellation',
    evidence: 'observed',
    needsControl: true,
    run: async (target) => {
      const payment = await target.approved();
      expectError(await target.confirm(payment), 400, 'ALREADY_PROCESSED_PAYMENT');
      await target.cancel(payment.paymentKey, { cancelReason: 'test' });
      expectError(await target.confirm(payment), 400, 'ALREADY_PROCESSED_PAYMENT');
    },
  },
  {
    name: 'a declined confirm answers the code, and the payment is ABORTED with the failure filled in',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const payment = await target.authenticated(12_500, { outcome: { declineCode: 'REJECT_CARD_COMPANY' } });
      const answer = await target.confirm(payment);
      expectError(answer, 403, 'REJECT_CARD_COMPANY');
      const found = await target.get(`/v1/payments/${payment.paymentKey}`);
      expectFields(found, { status: 'ABORTED', failure: answer.fields, approvedAt: null });
    },
  },
  {
    name: 'an orderId that was approved cannot be used again: DUPLICATED_ORDER_ID',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { orderId } = await target.approved();
      const again = await target.authenticated(1_000, { orderId }).then(
        () => 'accepted',
        (error: unknown) => (error as { code?: string }).code,
      );
      equal(again, 'DUPLICATED_ORDER_ID');
    },
  },
  {
    name: 'a card payment under 100 won is 400 BELOW_MINIMUM_AMOUNT',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      expectError(await target.confirm(await target.authenticated(99)), 400, 'BELOW_MINIMUM_AMOUNT');
      expectFields(await target.confirm(await target.authenticated(100)), { status: 'DONE' });
    },
  },
  {
    name: 'a body that is not a confirm is 400 INVALID_REQUEST',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey, orderId } = await target.authenticated();
      for (const body of ['{', {}, { paymentKey, orderId }, { paymentKey, orderId, amount: '12500' }]) {
        expectError(await target.post('/v1/payments/confirm', body), 400, 'INVALID_REQUEST');
      }
    },
  },
];
