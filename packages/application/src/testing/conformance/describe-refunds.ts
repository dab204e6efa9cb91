import { expect, it } from '@jest/globals';
import { Money, type Payment, Refund } from '@koosco/payment-domain';
import { randomUUID } from 'node:crypto';
import { type ConformingDatabase } from './conforming-database';
import { approve, freshOrderId, later, muchLater, newPayment, now, stored } from './examples';
import { race } from './race';

const send = {
  keySlot: 'second',
  credential: 'credential',
  unanswered: true,
  answerCode: 'PROVIDER_ERROR',
  isUnclear: true,
  mayArriveUntil: later,
} as const;

function newRefund({ state }: Payment, overrides: Partial<Parameters<typeof Refund.request>[0]> = {}): Refund {
  const { paymentId, orderId } = state;
  const intent = { refundId: randomUUID(), paymentId, orderId, paymentKey: 'key', causeId: `event:${randomUUID()}` };
  const wish = {
    causationId: 'event',
    origin: 'ORDER_REFUND',
    attemptId: null,
    amount: Money.krw(300n),
    reason: '반품',
  } as const;
  return Refund.request({ ...intent, ...wish, correlationId: 'correlation', ...overrides }, now);
}

export function describeRefunds(subject: () => ConformingDatabase): void {
  const paid = () => stored(subject(), approve(newPayment()));
  const insert = (...refunds: Refund[]): Promise<unknown> =>
    subject().unitOfWork.run((tx) => Promise.all(refunds.map((refund) => tx.refunds.insert(refund))));
  const save = (refund: Refund, fence: number): Promise<boolean> =>
    subject().unitOfWork.run((tx) => tx.refunds.save(refund, { fence }));
  const begun = (refund: Refund) =>
    refund.begin({ remainingBefore: Money.krw(1000n), send, leasedUntil: muchLater }, later);

  it('gives back every field as it was stored and then changed', async () => {
    const payment = await paid();
    const refund = newRefund(payment);
    await insert(refund);
    const { paymentId } = payment.state;
    const read = () => subject().unitOfWork.run((tx) => tx.refunds.findForUpdate(refund.state.refundId));
    expect(await read()).toEqual(refund);
    expect(await save(begun(refund), 0)).toBe(true);
    expect(await read()).toEqual(begun(refund));
    const done = { kind: 'refunded', pgTransactionId: 'refund-1', refundedAt: later } as const;
    const settled = begun(refund).settle(done, { fence: 1, send: null, nextLookAt: now }, later);
    expect(await save(settled, 1)).toBe(true);
    await subject().unitOfWork.run(async (tx) => {
      expect(await tx.refunds.findByCause(paymentId, refund.state.causeId)).toEqual(settled);
      expect(await tx.refunds.findGivenBack(paymentId, 'key')).toEqual(['refund-1']);
      expect(await tx.refunds.findGivenBack(paymentId, 'another')).toEqual([]);
      expect(await tx.refunds.findUnresolved(payment.state.orderId)).toEqual([]);
    });
  });

  it('refuses a second refund of one cause, and takes that cause of another payment', async () => {
    const [one, other] = [await paid(), await paid()];
    await insert(newRefund(one, { causeId: 'event:1' }), newRefund(other, { causeId: 'event:1' }));
    await expect(insert(newRefund(one, { causeId: 'event:1' }))).rejects.toThrow();
  });

  it('insert, insert, commit: of two of one cause at the same time one is left', async () => {
    const payment = await paid();
    const [first, second] = await race(subject(), (tx) =>
      tx.refunds.insert(newRefund(payment, { causeId: 'event:2' })),
    );
    expect(first.error).toBeUndefined();
    expect(second.error).toBeInstanceOf(Error);
  });

  it('lists those of an order that are not settled, in the order in which they were asked for', async () => {
    const payment = await paid();
    const refunds = [newRefund(payment), newRefund(payment), newRefund(payment)];
    for (const refund of refunds) await insert(refund);
    const { orderId } = payment.state;
    await subject().unitOfWork.run(async (tx) => {
      expect(await tx.refunds.findUnresolved(orderId)).toEqual(refunds);
      await tx.refunds.save(begun(refunds[1]!), { fence: 0 });
      expect((await tx.refunds.findUnresolved(orderId))[1]).toEqual(begun(refunds[1]!));
    });
  });

  it('shows a payment together with its movements of money and the refunds of it that are under way', async () => {
    const payment = await paid();
    const [open, settled] = [newRefund(payment), newRefund(payment, { paymentKey: 'another' })];
    await insert(open);
    await insert(settled);
    const refused = { kind: 'refused', pgCode: 'X', pgMessage: '' } as const;
    await save(begun(settled), 0);
    await save(begun(settled).settle(refused, { fence: 1, send: null, nextLookAt: now }, later), 1);
    const view = await subject().reader.viewById(payment.state.paymentId);
    const { refundId, amount, createdAt: since } = open.state;
    const charge = { type: 'APPROVAL', status: 'SUCCESS', pgTransactionId: 'charge-1', occurredAt: later };
    expect(view).toMatchObject({
      openRefunds: [{ refundId, status: 'REQUESTED', amount, since }],
      transactions: [{ ...charge, amount: payment.state.amount }],
    });
    expect(view?.openRefunds).toHaveLength(1);
  });

  it('changes a refund only for whoever knows its newest fencing token', async () => {
    const refund = newRefund(await paid());
    await insert(refund);
    expect(await save(begun(refund), 0)).toBe(true);
    expect(await save(begun(refund), 0)).toBe(false);
  });

  it('tells the orders whose refunds are due, and none that is leased or settled', async () => {
    const [due, leased] = [newRefund(await paid()), newRefund(await paid())];
    await insert(due);
    await insert(leased);
    await save(begun(leased), 0);
    const orders = await subject().refundReader.ordersWithDueRefunds(1_000);
    expect(orders).toContain(due.state.orderId);
    expect(orders).not.toContain(leased.state.orderId);
  });

  it('renews the lease of its owner alone, and records what leaves', async () => {
    const refund = newRefund(await paid());
    await insert(refund);
    await save(begun(refund), 0);
    const { refundId: attemptId } = refund.state;
    const leases = subject().refundLeases;
    expect([...(await leases.renew([{ attemptId, fence: 0 }], 60_000))]).toEqual([]);
    expect([...(await leases.renew([{ attemptId, fence: 1 }], 60_000))]).toEqual([attemptId]);
    expect(await leases.recordSend({ attemptId, fence: 1 }, { ...send, keySlot: 'first' }, 60_000)).toBe(true);
    const read = await subject().unitOfWork.run((tx) => tx.refunds.findForUpdate(attemptId));
    expect(read?.state).toMatchObject({ send: { ...send, keySlot: 'first' }, status: 'IN_FLIGHT', fence: 1 });
  });

  it('keeps the first cancellation of an order, and finds it among others', async () => {
    const [orderId, other] = [freshOrderId(), freshOrderId()];
    const cancellation = { orderId, eventId: 'event-1', correlationId: 'saga', reason: 'USER_REQUEST' };
    for (const eventId of ['event-1', 'event-2']) {
      await subject().unitOfWork.run((tx) => tx.orderCancellations.record({ ...cancellation, eventId }));
    }
    const found = await subject().unitOfWork.run((tx) => tx.orderCancellations.findOf([other, orderId]));
    expect([...found.values()]).toEqual([cancellation]);
    expect(await subject().unitOfWork.run((tx) => tx.orderCancellations.findOf([]))).toEqual(new Map());
  });

  it('record, look × 2: whoever looks for a cancellation waits for one that is being recorded', async () => {
    const orderId = freshOrderId();
    const [, second] = await race(subject(), async (tx) => {
      const found = await tx.orderCancellations.findOf([orderId]);
      if (found.size > 0) return 'found';
      await tx.orderCancellations.record({ orderId, eventId: 'event', correlationId: 'saga', reason: '' });
      return (await tx.orderCancellations.findOf([orderId])).size > 0 ? 'recorded' : 'lost';
    });
    expect(second.result).toBe('found');
  });

  it('writes each change of a payment into its history once', async () => {
    const { state } = newPayment();
    const { paymentId, canceledAmount } = state;
    const change = { paymentId, sequence: 1, from: null, to: 'READY', canceledAmount, actor: 'test', at: now } as const;
    const whole = { ...change, causationId: 'event', attemptId: null, refundId: null, pgCode: null };
    const append = () => subject().unitOfWork.run((tx) => tx.history.append([whole]));
    await append();
    await expect(append()).rejects.toThrow();
    expect(await subject().historyOf(paymentId)).toEqual([whole]);
  });
}
