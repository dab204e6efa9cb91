import { expect } from '@jest/globals';
import { type PaymentEvent } from '@koosco/payment-contracts';
import { Money } from '@koosco/payment-domain';
import { amount, type Interleaving, orderId } from '../interleaving';

/** Whatever happened to the order: gateway, database, events and history tell the same, and nothing is left to do. */
export function expectAgreement({ database, gateway, refundGateway }: Interleaving): void {
  const { payments, attempts, refunds, transactions, events, history, unappliedCharges } = database.tables;
  const state = payments.get(orderId)!;
  const { approval, canceledAmount, status, sequence, paymentId } = state;

  // Money: Toss holds for this order exactly what the payment says, and nothing under any other key.
  for (const { paymentKey } of gateway.charges) {
    const held = refundGateway.balanceOf(paymentKey);
    expect(held).toEqual(approval?.paymentKey === paymentKey ? amount.minus(canceledAmount) : Money.zero);
  }
  expect(new Set(gateway.charges.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(gateway.charges.length);
  if (approval !== null) expect(gateway.charges.map(({ paymentKey }) => paymentKey)).toContain(approval.paymentKey);
  if (state.orderCancelledAt !== null) expect(amount.minus(canceledAmount).isZero || approval === null).toBe(true);
  if (database.tables.orderCancellations.has(orderId)) expect(['CANCELED', 'FAILED']).toContain(status);

  // Everything that was begun has ended, and what was taken in vain went back.
  expect([...attempts.values(), ...refunds.values()].filter(({ dueAt }) => dueAt !== null)).toEqual([]);
  expect([...unappliedCharges.values()].filter(({ refundedAt }) => refundedAt === undefined)).toEqual([]);
  const given = [...refunds.values()].filter((refund) => refund.status === 'SUCCEEDED' && refund.attemptId === null);
  expect(sumOf(given.map((refund) => refund.amount.krw))).toBe(canceledAmount.krw);
  const moved = transactions.map(({ transaction }) => transaction);
  expect(sumOf(moved.filter(({ type }) => type === 'CANCEL').map((one) => one.amount.krw))).toBe(canceledAmount.krw);

  // Events: one for each change, in a gapless sequence, with the same sums.
  expect(events.map(({ data }) => data.sequence)).toEqual(Array.from({ length: sequence }, (_, index) => index + 1));
  expect(sumOf(events.map(canceledIn))).toBe(canceledAmount.krw);
  const count = (type: PaymentEvent['type']) => events.filter((event) => event.type === type).length;
  expect([count('payment.created'), count('payment.completed')]).toEqual([1, approval === null ? 0 : 1]);
  expect(count('payment.failed')).toBe(status === 'FAILED' ? 1 : 0);

  // The history, replayed, is the present.
  expect(history.map((change) => [change.paymentId, change.sequence])).toEqual(
    events.map(({ data }) => [paymentId, data.sequence]),
  );
  history.forEach(({ from }, index) => expect(from).toBe(history[index - 1]?.to ?? null));
  expect([history.at(-1)?.to, history.at(-1)?.canceledAmount]).toEqual([status, canceledAmount]);
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, one) => sum + one, 0n);
}

function canceledIn(event: PaymentEvent): bigint {
  return event.type === 'payment.canceled' ? event.data.canceledAmount : 0n;
}
