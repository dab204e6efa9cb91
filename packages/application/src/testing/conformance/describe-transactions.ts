import { expect, it } from '@jest/globals';
import { type PaymentEvent } from '@koosco/payment-contracts';
import { type OrderId, type Payment } from '@koosco/payment-domain';
import { type Transaction } from '../../ports/transaction/unit-of-work';
import { type ConformingDatabase } from './conforming-database';
import { createKey, eventOf, newAttempt, newPayment, stored } from './examples';
import { race } from './race';

export function describeTransactions(subject: () => ConformingDatabase): void {
  it('commits payment, attempt, idempotency and event together', async () => {
    const payment = newPayment();
    const events = [eventOf(payment), eventOf(payment)];
    const result = await subject().unitOfWork.run(async (tx) => {
      await writeEverything(tx, payment, events);
      return 'done';
    });
    expect(result).toBe('done');
    expect(await subject().reader.findByOrderId(payment.state.orderId)).toEqual(payment);
    expect(await subject().eventsOf(payment.state.paymentId)).toEqual(events.map(({ id }) => id));
  });

  it('leaves nothing when the work throws, and throws what the work threw', async () => {
    const payment = newPayment();
    const failure = new Error('planned');
    const failing = subject().unitOfWork.run(async (tx) => {
      await writeEverything(tx, payment, [eventOf(payment)]);
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    expect(await subject().reader.findByOrderId(payment.state.orderId)).toBeNull();
    expect(await subject().eventsOf(payment.state.paymentId)).toEqual([]);
    // What is gone can be done again, to the last key.
    await subject().unitOfWork.run((tx) => writeEverything(tx, payment, [eventOf(payment)]));
  });

  it('hides what is not committed from everybody else', async () => {
    const payment = newPayment();
    await subject().unitOfWork.run(async (tx) => {
      await writeEverything(tx, payment, [eventOf(payment)]);
      expect(await subject().reader.findByOrderId(payment.state.orderId)).toBeNull();
    });
  });

  it('carries out calls in their order, also those that are made together: a read behind a lock sees what it waited for', async () => {
    const payment = await stored(subject(), newPayment());
    const { orderId } = payment.state;
    const [, second] = await race(subject(), async (tx) => {
      const [locked, unresolved] = await Promise.all([
        tx.payments.findByOrderIdForUpdate(orderId),
        tx.attempts.findUnresolved(orderId),
      ]);
      if (unresolved === null) await Promise.all([tx.attempts.insert(newAttempt(payment)), tx.payments.save(locked!)]);
      return unresolved?.state.orderId;
    });
    expect(second).toEqual({ result: orderId });
  });

  it('leaves nothing of calls that were made together when one of them fails', async () => {
    const [before, neverStored, behind] = [newPayment(), newPayment(), newPayment()];
    const failing = subject().unitOfWork.run((tx) =>
      Promise.all([tx.payments.insertNew([before]), tx.payments.save(neverStored), tx.payments.insertNew([behind])]),
    );
    await expect(failing).rejects.toThrow();
    for (const { state } of [before, behind]) expect(await subject().reader.findByOrderId(state.orderId)).toBeNull();
  });

  it('lock A, lock B, lock B, lock A: one gives way, runs again, and both end', async () => {
    const [a, b] = [await stored(subject(), newPayment()), await stored(subject(), newPayment())];
    let runs = 0;
    const bothLocked = barrier(2);
    const lockBoth = (orders: readonly OrderId[]): Promise<void> =>
      subject().unitOfWork.run(async (tx) => {
        runs += 1;
        for (const orderId of orders) {
          const payment = await tx.payments.findByOrderIdForUpdate(orderId);
          if (payment) await tx.payments.save(payment);
          await bothLocked();
        }
      });
    await Promise.all([lockBoth([a.state.orderId, b.state.orderId]), lockBoth([b.state.orderId, a.state.orderId])]);
    expect(runs).toBeGreaterThan(2);
    expect((await subject().reader.findByOrderId(a.state.orderId))?.state.version).toBe(3);
  });
}

async function writeEverything(tx: Transaction, payment: Payment, events: readonly PaymentEvent[]): Promise<void> {
  expect(await tx.idempotency.insertNew([createKey(payment.state.orderId, 'event')])).toEqual([true]);
  expect(await tx.payments.insertNew([payment])).toEqual(new Set([payment.state.orderId]));
  await tx.attempts.insert(newAttempt(payment));
  await tx.events.publish(events);
}

/** Each caller waits until `count` have come; who comes later passes. */
function barrier(count: number): () => Promise<void> {
  let arrived = 0;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    arrived += 1;
    if (arrived >= count) open();
    return opened;
  };
}
