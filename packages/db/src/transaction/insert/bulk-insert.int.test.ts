import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Money, OrderId, type Payment, UserId } from '@koosco/payment-domain';
import { cuttingProxy } from '../../../test/cutting-proxy';
import { createdEvent, newPayment } from '../../../test/examples';
import { observedDatabase } from '../../../test/observed-database';
import { createDatabase, type Database } from '../../create-database';

/** Above what goes as text in one statement. */
const MANY = 30;

const server = observedDatabase(1);
/** Made anew for each test, on a connection that has prepared nothing yet. */
let database: Database;

beforeEach(() => {
  database = createDatabase({ ...server.address, connectionLimit: 1, lockWaitMs: 1_000 });
});

afterEach(async () => {
  await server.observer.query('DELETE FROM payment_outbox');
  await server.observer.query('DELETE FROM payment_transaction');
  await server.observer.query('DELETE FROM payment');
  await database.close();
});

describe('many rows in one statement', () => {
  it('are stored value by value as they were given, whatever is null in one and not in another', async () => {
    const text = "a'b\\'c\\\\\"d\0e\u001af\ng%_?$`; -- /*주문*/\u{1F4B3}\\";
    const traceParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const payments = manyPayments(
      (index) => ({
        now: new Date(Date.UTC(2026, 2, 8, 2, 30, 0, index)),
        amount: Money.krw(index % 3 === 0 ? 9_007_199_254_740_991n : BigInt(index)),
        orderName: index % 2 === 0 ? text : '생수',
        correlationId: '\u{1F4B3}'.repeat(index % 2 === 0 ? 255 : 1),
        traceParent: index % 2 === 0 ? null : traceParent,
      }),
      2 * MANY,
    ).map((payment, index) => (index % 5 === 4 ? payment.fail(payment.state.createdAt) : payment));
    // Twice, so that the connection meets its statement again.
    for (const half of [payments.slice(0, MANY), payments.slice(MANY)]) await insert(half);
    for (const payment of payments) {
      expect(await database.reader.findById(payment.state.paymentId)).toMatchObject({ state: payment.state });
    }
  });

  it('are told apart: those whose order has a payment are not new, and of two for one order one is', async () => {
    const payments = manyPayments();
    const [first, second] = payments;
    await insert([first!, second!]);
    const rivals = payments.map(({ state: { orderId } }) => newPayment({ orderId }));
    const twin = newPayment({ orderId: rivals[7]!.state.orderId });
    const isNew = await insert([...rivals, twin]);
    expect(isNew).toEqual(new Set(rivals.slice(2).map(({ state }) => state.orderId)));
    expect(await database.reader.findById(first!.state.paymentId)).toEqual(first);
    expect(await countPayments()).toBe(MANY);
  });

  it('are refused, all of them, where one does not fit', async () => {
    const payments = manyPayments((index) => ({ orderName: '가'.repeat(index === 13 ? 101 : 100) }));
    await expect(insert(payments)).rejects.toThrow('stored something else');
    expect(await countPayments()).toBe(0);
  });

  it('are refused, all of them, where one breaks a rule of its table', async () => {
    await server.observer.query('ALTER TABLE payment ADD CONSTRAINT ck_test CHECK (user_id <> 13)');
    const payments = manyPayments((index) => ({ userId: UserId.of(BigInt(index + 1)) }));
    await expect(insert(payments)).rejects.toThrow('that is not a duplicate');
    await server.observer.query('ALTER TABLE payment DROP CONSTRAINT ck_test');
    expect(await countPayments()).toBe(0);
  });

  it('take effect before what is called behind them, also where their statement is prepared first', async () => {
    const payments = manyPayments();
    const orderIds = payments.map(({ state }) => state.orderId);
    const [, terms] = await database.unitOfWork.run((tx) =>
      Promise.all([tx.payments.insertNew(payments), tx.payments.findTerms(orderIds)]),
    );
    expect(terms.size).toBe(MANY);
  });

  it('go into a table that was changed since their statement was prepared', async () => {
    await insert(manyPayments());
    await server.observer.query('ALTER TABLE payment ADD COLUMN of_the_next_release INT NULL, ALGORITHM=INSTANT');
    await insert(manyPayments());
    await server.observer.query('ALTER TABLE payment DROP COLUMN of_the_next_release');
    await insert(manyPayments());
    expect(await countPayments()).toBe(3 * MANY);
  });

  it('are given up where the database does not answer, and then are not there', async () => {
    const proxy = await cuttingProxy(server.address);
    const { host, port } = proxy;
    const hurried = createDatabase({ ...server.address, host, port, connectionLimit: 1, statementTimeoutMs: 200 });
    const payments = manyPayments();
    const storeAfter = (fault: () => unknown) =>
      hurried.unitOfWork.run(async (tx) => {
        await tx.payments.findTerms([OrderId.of(1n)]);
        await fault();
        await tx.events.publish(payments.map((payment) => createdEvent(payment)));
      });
    let thaw = (): void => undefined;
    const whilePrepared = storeAfter(() => (thaw = proxy.freeze()));
    await expect(whilePrepared).rejects.toThrow('no answer from the database in 200 ms');
    thaw();
    await storeAfter(() => undefined);
    const whileCarriedOut = storeAfter(() => server.observer.query('LOCK TABLES payment_outbox READ'));
    await expect(whileCarriedOut).rejects.toThrow('no answer from the database in 200 ms');
    await server.observer.query('UNLOCK TABLES');
    await hurried.close();
    await proxy.close();
    const [row] = await server.observer.query<{ count: bigint }[]>('SELECT COUNT(*) AS count FROM payment_outbox');
    expect(row?.count).toBe(BigInt(MANY));
  });

  it('of several statements are all there', async () => {
    const payments = manyPayments(() => ({}), 1_100);
    await database.unitOfWork.run(async (tx) => {
      expect((await tx.payments.insertNew(payments)).size).toBe(1_100);
      await tx.events.publish(payments.map((payment) => createdEvent(payment)));
    });
    const [row] = await server.observer.query<{ count: bigint }[]>(
      'SELECT COUNT(*) AS count FROM payment JOIN payment_outbox ON aggregate_id = payment_id',
    );
    expect(row?.count).toBe(1_100n);
  });
});

let lastOrderId = 0n;

function manyPayments(
  overridesOf: (index: number) => Parameters<typeof newPayment>[0] = () => ({}),
  count = MANY,
): readonly Payment[] {
  return Array.from({ length: count }, (_, index) =>
    newPayment({ orderId: OrderId.of((lastOrderId += 1n)), ...overridesOf(index) }),
  );
}

function insert(payments: readonly Payment[]): Promise<ReadonlySet<OrderId>> {
  return database.unitOfWork.run((tx) => tx.payments.insertNew(payments));
}

async function countPayments(): Promise<number> {
  const [row] = await server.observer.query<{ count: bigint }[]>('SELECT COUNT(*) AS count FROM payment');
  return Number(row?.count);
}
