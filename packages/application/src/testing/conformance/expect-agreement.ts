import { expect } from '@jest/globals';
import { type OrderRecords } from '../interleaving/order-records';

/** Whatever happened to the order: gateway, database, events and history tell the same, and nothing is left to do. */
export function expectAgreement(amountKrw: bigint, records: OrderRecords): void {
  const { charges, events, history, isCancellationKnown } = records;
  const { status, sequence, canceledKrw, approvedKey, isOrderCancelled } = records.payment!;

  // Money: Toss holds for this order exactly what the payment says, and nothing under any other key.
  for (const { paymentKey, heldKrw } of charges) {
    expect(heldKrw).toBe(paymentKey === approvedKey ? amountKrw - canceledKrw : 0n);
  }
  const chargedKeys = charges.map(({ paymentKey }) => paymentKey);
  expect(new Set(chargedKeys).size).toBe(chargedKeys.length);
  if (approvedKey !== null) expect(chargedKeys).toContain(approvedKey);
  if (isOrderCancelled) expect(canceledKrw === amountKrw || approvedKey === null).toBe(true);
  if (isCancellationKnown) expect(['CANCELED', 'FAILED']).toContain(status);

  // Everything that was begun has ended, and what was taken in vain went back.
  expect(records.underWay).toBe(0);
  expect(records.unappliedCharges).toBe(0);
  expect(records.refundedKrw).toBe(canceledKrw);
  expect(records.cancelTransactionsKrw).toBe(canceledKrw);

  // Events: one for each change, in a gapless sequence, with the same sums.
  expect(events.map((event) => event.sequence)).toEqual(Array.from({ length: sequence }, (_, index) => index + 1));
  expect(events.reduce((sum, event) => sum + event.canceledKrw, 0n)).toBe(canceledKrw);
  const count = (type: string) => events.filter((event) => event.type === type).length;
  expect([count('payment.created'), count('payment.completed')]).toEqual([1, approvedKey === null ? 0 : 1]);
  expect(count('payment.failed')).toBe(status === 'FAILED' ? 1 : 0);

  // The history, replayed, is the present.
  expect(history.map((change) => change.sequence)).toEqual(events.map((event) => event.sequence));
  history.forEach(({ from }, index) => expect(from).toBe(history[index - 1]?.to ?? null));
  expect([history.at(-1)?.to, history.at(-1)?.canceledKrw]).toEqual([status, canceledKrw]);
}
