import { describe, expect, it } from '@jest/globals';
import { Money, OrderId, UserId } from '@koosco/payment-domain';
import { type CreatePaymentCommand, CreatePaymentUseCase } from './create-payment-use-case';
import { FakeClock, InMemoryDatabase, SequentialIds } from '../testing';

function order(overrides: Partial<CreatePaymentCommand> = {}): CreatePaymentCommand {
  return {
    orderId: OrderId.of(123n),
    userId: UserId.of(7n),
    amount: Money.krw(10_000n),
    orderName: '주문 123',
    correlationId: 'saga-1',
    causationId: 'event-1',
    ...overrides,
  };
}

function shop() {
  const database = new InMemoryDatabase();
  const createPayment = new CreatePaymentUseCase(database.unitOfWork, new FakeClock(), new SequentialIds(), 'test');
  return { database, createPayment };
}

describe('CreatePaymentUseCase', () => {
  it('makes a READY payment and promises its created event', async () => {
    const { database, createPayment } = shop();
    expect(await createPayment.execute([order()])).toEqual(['created']);
    const payment = await database.reader.findByOrderId(OrderId.of(123n));
    expect(payment?.state).toMatchObject({ status: 'READY', userId: 7n, pgOrderId: 'ord-0000000000000000123' });
    expect(database.tables.events).toEqual([
      expect.objectContaining({
        type: 'payment.created',
        source: 'payment-service',
        data: {
          paymentId: payment?.state.paymentId,
          orderId: 123n,
          sequence: 1,
          correlationId: 'saga-1',
          causationId: 'event-1',
        },
      }),
    ]);
  });

  it('does nothing for an event it has seen, in this batch or before', async () => {
    const { database, createPayment } = shop();
    expect(await createPayment.execute([order(), order()])).toEqual(['created', 'duplicate-event']);
    expect(await createPayment.execute([order()])).toEqual(['duplicate-event']);
    expect(database.tables.events).toHaveLength(1);
  });

  it('makes one payment for one order under two event ids, in this batch or the next', async () => {
    const { database, createPayment } = shop();
    const again = order({ causationId: 'event-2' });
    expect(await createPayment.execute([order(), again])).toEqual(['created', 'duplicate-order']);
    expect(await createPayment.execute([order({ causationId: 'event-3' })])).toEqual(['duplicate-order']);
    expect(database.tables.events).toHaveLength(1);
  });

  describe('when an order comes again with another amount or user', () => {
    const [amount, userId] = [Money.krw(1n), UserId.of(8n)];

    it('says what differs, in this batch, in the next, and each time the same event comes again; applies nothing', async () => {
      const { database, createPayment } = shop();
      const conflicts = [
        order({ causationId: 'event-2', amount }),
        order({ causationId: 'event-3', userId }),
        order({ causationId: 'event-4', amount, userId }),
        // Even under the id of the event that made the payment.
        order({ amount }),
      ];
      const said = ['other-amount', 'other-user', 'other-amount-and-user', 'other-amount'];
      expect(await createPayment.execute([order(), ...conflicts, order()])).toEqual([
        'created',
        ...said,
        'duplicate-event',
      ]);
      expect(await createPayment.execute([...conflicts, order()])).toEqual([...said, 'duplicate-event']);
      const fresh = conflicts.map((of, index) => ({ ...of, causationId: `fresh-${index}` }));
      expect(await createPayment.execute(fresh)).toEqual(said);
      expect((await database.reader.findByOrderId(OrderId.of(123n)))?.state).toMatchObject({
        amount: Money.krw(10_000n),
        userId: 7n,
      });
      expect(database.tables.events).toHaveLength(1);
    });

    it('lets the first of a batch win, as it would in two batches', async () => {
      const { database, createPayment } = shop();
      expect(await createPayment.execute([order({ amount, causationId: 'event-2' }), order()])).toEqual([
        'created',
        'other-amount',
      ]);
      expect((await database.reader.findByOrderId(OrderId.of(123n)))?.state.amount.krw).toBe(1n);
    });
  });

  it('makes a payment for each order, whatever event ids they share', async () => {
    const { createPayment } = shop();
    const other = order({ orderId: OrderId.of(456n) });
    expect(await createPayment.execute([order(), other])).toEqual(['created', 'created']);
  });

  it('approves an order of 0 won at once, with both events in their order', async () => {
    const { database, createPayment } = shop();
    await createPayment.execute([order({ amount: Money.zero })]);
    expect((await database.reader.findByOrderId(OrderId.of(123n)))?.state).toMatchObject({
      status: 'APPROVED',
      approval: { paymentKey: null, pgTransactionId: null },
    });
    expect(database.tables.events.map(({ type, data }) => [type, data.sequence])).toEqual([
      ['payment.created', 1],
      ['payment.completed', 2],
    ]);
    expect(database.tables.events[1]?.data).toMatchObject({ paidAmount: 0n, paymentKey: '', pgTransactionId: null });
  });

  it('writes nothing at all when one order has no causation id', async () => {
    const { database, createPayment } = shop();
    await expect(createPayment.execute([order(), order({ causationId: '' })])).rejects.toThrow('event id');
    expect(await database.reader.findByOrderId(OrderId.of(123n))).toBeNull();
    expect(database.tables.events).toEqual([]);
  });
});
