import { expect, it } from '@jest/globals';
import { Money, OrderId, Payment, UserId } from '@koosco/payment-domain';
import { type ConformingDatabase } from './conforming-database';
import { approve, freshOrderId, later, newPayment, now, stored } from './examples';
import { race } from './race';

export function describePayments(subject: () => ConformingDatabase): void {
  const insertNew = (...payments: Payment[]): Promise<ReadonlySet<OrderId>> =>
    subject().unitOfWork.run((tx) => tx.payments.insertNew(payments));

  it('gives back every field as it was stored', async () => {
    const payment = newPayment({ orderName: '생수 2L \\ \'외\' 1건 "😀"' });
    await insertNew(payment);
    expect(await subject().reader.findById(payment.state.paymentId)).toEqual(payment);
    expect(await subject().reader.findByOrderId(payment.state.orderId)).toEqual(payment);
  });

  it('keeps numbers that only fit into 64 bits', async () => {
    const orderId = OrderId.of(OrderId.max - BigInt(freshOrderId()));
    const payment = newPayment({ orderId, userId: UserId.of(2n ** 63n - 1n), amount: Money.krw(Money.max) });
    expect(await insertNew(payment)).toEqual(new Set([orderId]));
    expect((await subject().reader.findByOrderId(orderId))?.state).toEqual(payment.state);
  });

  it('leaves the payment that an order has, and tells which orders are new', async () => {
    const [there, other] = [newPayment(), newPayment()];
    await insertNew(there);
    const late = newPayment({ orderId: there.state.orderId, amount: Money.krw(1n) });
    expect(await insertNew(late, other)).toEqual(new Set([other.state.orderId]));
    expect(await insertNew(there)).toEqual(new Set());
    expect(await subject().reader.findByOrderId(there.state.orderId)).toEqual(there);
  });

  it('stores the first of two payments of one order in one call', async () => {
    const first = newPayment();
    await insertNew(first, newPayment({ orderId: first.state.orderId }));
    expect(await subject().reader.findByOrderId(first.state.orderId)).toEqual(first);
  });

  it('tells the terms of the payments that there are, those of this transaction too', async () => {
    const [there, now, never] = [newPayment(), newPayment({ amount: Money.krw(Money.max) }), newPayment()];
    await insertNew(there);
    const terms = await subject().unitOfWork.run(async (tx) => {
      await tx.payments.insertNew([now]);
      return tx.payments.findTerms([there, now, never].map(({ state }) => state.orderId));
    });
    const termsOf = ({ state: { orderId, userId, amount } }: Payment) => [orderId, { userId, amount }] as const;
    expect(terms).toEqual(new Map([there, now].map(termsOf)));
  });

  it('refuses a payment id that another order has, instead of dropping the payment', async () => {
    const there = newPayment();
    await insertNew(there);
    const other = newPayment({ paymentId: there.state.paymentId });
    await expect(insertNew(other)).rejects.toThrow();
    expect(await subject().reader.findByOrderId(other.state.orderId)).toBeNull();
  });

  it('stores a payment that was approved before it was first stored, with its transaction', async () => {
    const payment = newPayment({ amount: Money.zero }).approveWithoutCharge(now);
    await insertNew(payment);
    expect((await subject().reader.findById(payment.state.paymentId))?.state).toEqual(payment.state);
    expect(await subject().transactionsOf(payment.state.paymentId)).toEqual([
      { type: 'APPROVAL', status: 'SUCCESS', pgTransactionId: null, amountKrw: 0n, occurredAt: now },
    ]);
  });

  it('stores an approval and then a refund, each with its transaction and a higher version', async () => {
    const { state: created } = await stored(subject(), newPayment());
    const approved = approve(Payment.restore(created));
    await subject().unitOfWork.run((tx) => tx.payments.save(approved));
    const refund = { pgTransactionId: 'refund-1', amount: Money.krw(300n), canceledAt: later };
    await subject().unitOfWork.run(async (tx) => {
      const payment = await tx.payments.findByOrderIdForUpdate(created.orderId);
      expect(payment?.state).toEqual({ ...approved.state, version: 2 });
      if (payment) await tx.payments.save(payment.cancel(refund, later));
    });

    const refunded = await subject().reader.findById(created.paymentId);
    expect(refunded?.state).toEqual({
      ...approved.state,
      status: 'PARTIALLY_CANCELED',
      canceledAmount: Money.krw(300n),
      sequence: 3,
      version: 3,
      updatedAt: later,
    });
    expect(await subject().transactionsOf(created.paymentId)).toEqual([
      { type: 'APPROVAL', status: 'SUCCESS', pgTransactionId: 'charge-1', amountKrw: 1000n, occurredAt: later },
      { type: 'CANCEL', status: 'SUCCESS', pgTransactionId: 'refund-1', amountKrw: 300n, occurredAt: later },
    ]);
  });

  it('refuses to record one movement of money twice', async () => {
    const payment = approve(await stored(subject(), newPayment()));
    await subject().unitOfWork.run((tx) => tx.payments.save(payment));
    const same = { pgTransactionId: 'charge-1', amount: Money.krw(1n), canceledAt: later };
    const loaded = await subject().reader.findById(payment.state.paymentId);
    await expect(subject().unitOfWork.run((tx) => tx.payments.save(loaded!.cancel(same, later)))).rejects.toThrow();
    expect((await subject().reader.findById(payment.state.paymentId))?.state.status).toBe('APPROVED');
  });

  it('refuses to save what somebody else changed since it was loaded', async () => {
    const stale = await stored(subject(), newPayment());
    await subject().unitOfWork.run((tx) => tx.payments.save(approve(stale)));
    await expect(subject().unitOfWork.run((tx) => tx.payments.save(stale.fail(later)))).rejects.toThrow('version');
    expect((await subject().reader.findById(stale.state.paymentId))?.state.status).toBe('APPROVED');
    expect(await subject().transactionsOf(stale.state.paymentId)).toHaveLength(1);
  });

  it('refuses to save what was never stored', async () => {
    await expect(subject().unitOfWork.run((tx) => tx.payments.save(newPayment()))).rejects.toThrow('version');
  });

  it('lock, lock, approve, read: the second waits and reads what the first made', async () => {
    const { state } = await stored(subject(), newPayment());
    const [, second] = await race(subject(), async (tx) => {
      const payment = await tx.payments.findByOrderIdForUpdate(state.orderId);
      if (payment?.state.status === 'READY') await tx.payments.save(approve(payment));
      return payment?.state.status;
    });
    expect(second.result).toBe('APPROVED');
  });
}
