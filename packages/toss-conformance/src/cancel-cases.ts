import { deepEqual, equal } from 'node:assert/strict';
import { type ConformanceCase } from './conformance-case';
import { expectError, expectFields } from './expectations';

const dayMs = 24 * 3_600_000;
const all = { cancelReason: 'test' };
const some = (cancelAmount: number) => ({ cancelReason: 'test', cancelAmount });

/** Giving money back. */
export const cancelCases: readonly ConformanceCase[] = [
  {
    name: 'cancelling everything at once is CANCELED, with one entry in cancels and all amounts at 0',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(12_500);
      const answer = await target.cancel(paymentKey, all);
      const nothing = { balanceAmount: 0, suppliedAmount: 0, vat: 0 };
      expectFields(answer, { status: 'CANCELED', totalAmount: 12_500, ...nothing });
      const [cancel] = answer.fields['cancels'] as Record<string, unknown>[];
      deepEqual(
        [cancel?.['cancelAmount'], cancel?.['refundableAmount'], cancel?.['cancelStatus'], cancel?.['transactionKey']],
        [12_500, 0, 'DONE', answer.fields['lastTransactionKey']],
      );
    },
  },
  {
    name: 'after partial cancellations the status stays PARTIAL_CANCELED, even with nothing left',
    evidence: 'measured',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000);
      expectFields(await target.cancel(paymentKey, some(400)), { status: 'PARTIAL_CANCELED', balanceAmount: 600 });
      const rest = await target.cancel(paymentKey, all);
      expectFields(rest, { status: 'PARTIAL_CANCELED', balanceAmount: 0 });
      const refundable = (rest.fields['cancels'] as Record<string, unknown>[]).map((c) => c['refundableAmount']);
      deepEqual(refundable, [600, 0]);
    },
  },
  {
    name: 'vat and supplied amount follow the balance',
    evidence: 'observed',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(12_500);
      expectFields(await target.cancel(paymentKey, some(3_474)), {
        balanceAmount: 9_026,
        vat: 821,
        suppliedAmount: 8_205,
      });
    },
  },
  {
    name: 'cancelling again: 400 ALREADY_CANCELED_PAYMENT after one full, 403 NOT_CANCELABLE_AMOUNT after partial ones',
    evidence: 'measured',
    needsControl: true,
    run: async (target) => {
      const [whole, parts] = [await target.approved(1_000), await target.approved(1_000)];
      await target.cancel(whole.paymentKey, all);
      expectError(await target.cancel(whole.paymentKey, all), 400, 'ALREADY_CANCELED_PAYMENT');
      await target.cancel(parts.paymentKey, some(400));
      await target.cancel(parts.paymentKey, some(600));
      expectError(await target.cancel(parts.paymentKey, all), 403, 'NOT_CANCELABLE_AMOUNT');
      expectError(await target.cancel(parts.paymentKey, some(1)), 403, 'NOT_CANCELABLE_AMOUNT');
    },
  },
  {
    name: 'more than the balance is 403 NOT_CANCELABLE_AMOUNT',
    evidence: 'measured',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000);
      expectError(await target.cancel(paymentKey, some(2_000)), 403, 'NOT_CANCELABLE_AMOUNT');
    },
  },
  {
    name: 'refundableAmount is an optimistic lock: 400 NOT_MATCHES_REFUNDABLE_AMOUNT, nothing cancelled',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000);
      const stale = await target.cancel(paymentKey, { ...some(100), refundableAmount: 900 });
      expectError(stale, 400, 'NOT_MATCHES_REFUNDABLE_AMOUNT');
      expectFields(await target.cancel(paymentKey, { ...some(100), refundableAmount: 1_000 }), { balanceAmount: 900 });
    },
  },
  {
    name: 'a payment that was never approved is 403 NOT_CANCELABLE_PAYMENT; an unknown one 404 NOT_FOUND_PAYMENT',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.authenticated();
      expectError(await target.cancel(paymentKey, all), 403, 'NOT_CANCELABLE_PAYMENT');
      expectError(await target.cancel('nobody', all), 404, 'NOT_FOUND_PAYMENT');
    },
  },
  {
    name: 'a cancellation needs a reason of at most 200 characters, a positive amount and the currency approved',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000);
      const wrong = [{}, { cancelReason: '' }, { cancelReason: 'x'.repeat(201) }, some(0), some(-1)];
      for (const body of [...wrong, { ...all, currency: 'USD' }]) {
        expectError(await target.cancel(paymentKey, body), 400, 'INVALID_REQUEST');
      }
      equal((await target.cancel(paymentKey, { cancelReason: 'x'.repeat(200), currency: 'KRW' })).status, 200);
    },
  },
  {
    name: 'transfers can be refunded for 180 days, mobile phone bills within the month; cards without limit',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const transfer = await target.approved(1_000, { method: 'TRANSFER' });
      const phone = await target.approved(1_000, { method: 'MOBILE_PHONE' });
      const card = await target.approved(1_000, { method: 'CARD' });
      await target.control.advanceClock(181 * dayMs);
      expectError(await target.cancel(transfer.paymentKey, all), 403, 'EXCEED_MAX_REFUND_DUE');
      expectError(await target.cancel(phone.paymentKey, all), 403, 'EXCEED_MAX_REFUND_DUE');
      expectFields(await target.cancel(card.paymentKey, all), { status: 'CANCELED' });
    },
  },
  {
    name: 'escrow orders and cards with a tax-exempt amount are refunded whole: 403 NOT_ALLOWED_PARTIAL_REFUND',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      for (const restriction of [{ useEscrow: true }, { taxExemptionAmount: 100 }]) {
        const payment = await target.control.authenticate({ ...target.window(1_000), ...restriction });
        expectFields(await target.confirm(payment), { isPartialCancelable: false });
        expectError(await target.cancel(payment.paymentKey, some(500)), 403, 'NOT_ALLOWED_PARTIAL_REFUND');
        expectFields(await target.cancel(payment.paymentKey, all), { status: 'CANCELED' });
      }
    },
  },
];
