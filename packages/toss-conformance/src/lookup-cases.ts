import { deepEqual, equal } from 'node:assert/strict';
import { type ConformanceCase } from './conformance-case';
import { expectFields } from './expectations';

/** Asking what happened. */
export const lookupCases: readonly ConformanceCase[] = [
  {
    name: 'an approved payment is found by key and by order, as the confirm showed it',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const payment = await target.authenticated();
      const confirmed = await target.confirm(payment);
      equal((await target.get(`/v1/payments/${payment.paymentKey}`)).text, confirmed.text);
      equal((await target.get(`/v1/payments/orders/${payment.orderId}`)).text, confirmed.text);
    },
  },
  {
    name: 'method and card enumerations are Korean unless English is asked for',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000, { method: 'EASY_PAY' });
      expectFields(await target.get(`/v1/payments/${paymentKey}`), { method: '간편결제' });
      const english = await target.get(`/v1/payments/${paymentKey}`, { 'accept-language': 'en-US' });
      expectFields(english, { method: 'EASY_PAY' });
    },
  },
  {
    name: 'transactions list every approval and cancellation of the range, and continue after a transactionKey',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000);
      await target.cancel(paymentKey, { cancelReason: 'test', cancelAmount: 400 });
      await target.cancel(paymentKey, { cancelReason: 'test' });
      const now = new Date((await target.control.now()) + 9 * 3_600_000);
      const day = (offset: number) => new Date(now.getTime() + offset * 86_400_000).toISOString().slice(0, 19);
      const range = `startDate=${day(-1)}&endDate=${day(1)}`;
      const list = async (more: string) => {
        const answer = await target.get(`/v1/transactions?${range}${more}`);
        return JSON.parse(answer.text) as { paymentKey: string; transactionKey: string; status: string }[];
      };
      const own = (await list('&limit=5000')).filter((entry) => entry.paymentKey === paymentKey);
      deepEqual(
        own.map((entry) => entry.status),
        ['DONE', 'PARTIAL_CANCELED', 'PARTIAL_CANCELED'],
      );
      const after = await list(`&startingAfter=${own[0]?.transactionKey}&limit=1`);
      deepEqual(after, own.slice(1, 2));
    },
  },
];
