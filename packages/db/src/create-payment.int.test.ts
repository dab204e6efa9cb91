import {
  CancelOrderUseCase,
  type CreatePaymentCommand,
  type CreatePaymentResult,
  CreatePaymentUseCase,
} from '@koosco/payment-application';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Money, OrderId, PaymentIdempotency, UserId } from '@koosco/payment-domain';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { type Connection, createConnection } from 'mariadb';
import { testServer } from '../test/test-server';
import { createDatabase, type Database } from './create-database';
import { countRoundTrips, freshDatabase, type FreshDatabase } from './testing';

const clock = { now: () => new Date() };
let address: FreshDatabase;
let database: Database;
let observer: Connection;
let create: CreatePaymentUseCase;

beforeAll(async () => {
  address = await freshDatabase(testServer());
  database = createDatabase({ ...address, connectionLimit: 16 });
  observer = await createConnection({ ...address, multipleStatements: true });
  create = new CreatePaymentUseCase(database.unitOfWork, clock, { next: () => randomUUID() }, 'test');
});

afterAll(async () => {
  await observer.end();
  await database.close();
  await address.drop();
});

beforeEach(async () => {
  await observer.query('DELETE FROM payment_transaction; DELETE FROM payment');
  await observer.query('DELETE FROM payment_idempotency; DELETE FROM payment_outbox');
  await observer.query('DELETE FROM payment_order_cancellation');
});

// The scenarios of the specification's PaymentIdempotencyTest, against a real database.
describe('CreatePaymentUseCase', () => {
  describe('when an event is new', () => {
    it('stores the payment, the idempotency key and the event', async () => {
      expect(await execute(order(123n, 'abc123'))).toEqual(['created']);
      expect(await stored()).toEqual({
        payments: ['123 READY'],
        keys: ['123 CREATE abc123'],
        events: ['123 payment.created'],
      });
    });
  });

  describe('when an order has a trace', () => {
    it('keeps it in the payment, in every event and in the row of each, also in those of a later change', async () => {
      const traceParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await execute({ ...order(123n, 'abc123'), traceParent, amount: Money.zero }, order(456n, 'abc123'));
      const payment = await database.reader.findByOrderId(OrderId.of(123n));
      expect(payment?.state.traceParent).toBe(traceParent);
      await new CancelOrderUseCase(database.unitOfWork, { next: () => randomUUID() }, 'test').execute({
        ...{ orderId: OrderId.of(123n), reason: '', correlationId: 'saga', causationId: 'cancelled' },
      });
      const rows = await observer.query<{ type: string; inEvent: string | null; inRow: string | null }[]>(
        `SELECT event_type AS type, JSON_VALUE(payload, '$.traceparent') AS inEvent, trace_parent AS inRow FROM payment_outbox ORDER BY id`,
      );
      expect(rows).toEqual([
        { type: 'payment.created', inEvent: traceParent, inRow: traceParent },
        { type: 'payment.completed', inEvent: traceParent, inRow: traceParent },
        { type: 'payment.created', inEvent: null, inRow: null },
        { type: 'payment.canceled', inEvent: traceParent, inRow: traceParent },
      ]);
    });
  });

  describe('when an event is delivered again', () => {
    it('creates nothing, in another batch or in the same', async () => {
      await execute(order(123n, 'abc123'));
      const before = await stored();
      expect(await execute(order(123n, 'abc123'), order(123n, 'abc123'))).toEqual([
        'duplicate-event',
        'duplicate-event',
      ]);
      expect(await stored()).toEqual(before);
    });
  });

  describe('when 50 deliveries of an event arrive at once', () => {
    it('creates one payment and one event, and all 50 succeed', async () => {
      const results = await Promise.all(Array.from({ length: 50 }, () => execute(order(123n, 'abc123'))));
      expect(results.flat().sort()).toEqual(['created', ...Array<string>(49).fill('duplicate-event')]);
      expect(await stored()).toEqual({
        payments: ['123 READY'],
        keys: ['123 CREATE abc123'],
        events: ['123 payment.created'],
      });
    });
  });

  describe('when two orders come under one event id', () => {
    it('creates both', async () => {
      expect(await execute(order(123n, 'abc123'), order(456n, 'abc123'))).toEqual(['created', 'created']);
      expect((await stored()).payments).toEqual(['123 READY', '456 READY']);
    });
  });

  describe('when another action of the same order takes place', () => {
    it('is not taken for a duplicate, even under the same key', async () => {
      await execute(order(123n, 'abc123'));
      const approve = ['def456', 'abc123'].map((key) => PaymentIdempotency.of(OrderId.of(123n), 'APPROVE', key));
      expect(await database.unitOfWork.run((tx) => tx.idempotency.insertNew(approve))).toEqual([true, true]);
    });
  });

  describe('when the event has no id', () => {
    it('fails and stores nothing, of the other orders of the batch neither', async () => {
      await expect(execute(order(456n, 'abc123'), order(123n, ''))).rejects.toMatchObject({
        code: 'INVALID_IDENTIFIER',
      });
      expect(await stored()).toEqual({ payments: [], keys: [], events: [] });
    });
  });

  describe('when one order comes under two event ids', () => {
    it('creates one payment, one after the other', async () => {
      await execute(order(123n, 'abc123'));
      expect(await execute(order(123n, 'other'))).toEqual(['duplicate-order']);
      expect((await stored()).events).toEqual(['123 payment.created']);
    });

    it('says so where the other one has another amount or user, also when both come at once', async () => {
      await execute(order(123n, 'abc123'));
      const conflict = { ...order(123n, 'other'), amount: Money.krw(1n) };
      expect(await execute(order(456n, 'new'), conflict, { ...conflict, userId: UserId.of(8n) })).toEqual([
        'created',
        'other-amount',
        'other-amount-and-user',
      ]);
      // Delivered again after a kill, it must not pass for a repetition.
      expect(await execute(conflict)).toEqual(['other-amount']);

      const rivals = Array.from({ length: 20 }, (_, index) =>
        execute({ ...order(789n, `rival-${index}`), amount: Money.krw(BigInt(index + 1)) }),
      );
      const results = (await Promise.all(rivals)).flat().sort();
      expect(results).toEqual(['created', ...Array<string>(19).fill('other-amount')]);
      expect((await stored()).events).toEqual(['123 payment.created', '456 payment.created', '789 payment.created']);
    });

    it('creates one payment, 25 times each at once and among other orders in batches', async () => {
      const batches = Array.from({ length: 50 }, (_, index) =>
        execute(
          order(1000n + BigInt(index % 7), `neighbour-${index % 7}`),
          order(123n, index % 2 === 0 ? 'even' : 'odd'),
          order(BigInt(2000 + index), 'own'),
        ),
      );
      const results = (await Promise.all(batches)).map(([, shared]) => shared);
      expect(results.filter((result) => result === 'created')).toHaveLength(1);
      const { payments, events } = await stored();
      expect(payments).toHaveLength(1 + 7 + 50);
      expect(events).toHaveLength(1 + 7 + 50);
    });
  });

  it('keeps every character of the longest event id and correlation id, emoji too', async () => {
    const text = '\u{1F4B3}'.repeat(255);
    expect(await execute({ ...order(123n, text), correlationId: text })).toEqual(['created']);
    expect((await stored()).keys).toEqual([`123 CREATE ${text}`]);
  });

  it('keeps every character that could end a literal or begin an escape', async () => {
    const text = "a'b\\'c\\\\\"d\0e\u001af\ng%_?$`; -- /*주문*/\u{1F4B3}\\";
    expect(await execute({ ...order(123n, text), correlationId: text, orderName: text })).toEqual(['created']);
    expect((await stored()).keys).toEqual([`123 CREATE ${text}`]);
    const payment = await database.reader.findByOrderId(OrderId.of(123n));
    expect(payment?.state).toMatchObject({ correlationId: text, orderName: text });
  });

  it.each([1, 30])('fails with an error that shows nothing of what was to be stored, with %d orders', async (count) => {
    const actor = 'longer than its column'.repeat(10);
    const failing = new CreatePaymentUseCase(database.unitOfWork, clock, { next: () => randomUUID() }, actor);
    const orders = Array.from({ length: count }, (_, index) => order(BigInt(index + 1), 'a secret'));
    const error = await failing.execute(orders).catch((reason: unknown) => reason);
    expect(String(error)).toContain('INSERT INTO payment_history');
    expect(inspect(error)).not.toMatch(/a secret|than its column'/);
  });

  it('creates hundreds of payments in one call', async () => {
    const orders = Array.from({ length: 1200 }, (_, index) => order(BigInt(index + 1), `event-${index}`));
    expect(new Set(await execute(...orders))).toEqual(new Set(['created']));
    expect((await stored()).events).toHaveLength(1200);
  });

  it('waits for the database 4 times for 500 new orders, and twice more where some were there already', async () => {
    const trips = await countRoundTrips(address);
    const counted = createDatabase({ ...address, ...trips, connectionLimit: 1 });
    const creating = new CreatePaymentUseCase(counted.unitOfWork, clock, { next: () => randomUUID() }, 'test');
    const ordersFrom = (first: number) =>
      Array.from({ length: 500 }, (_, index) => order(BigInt(first + index), `event-${first + index}`));
    try {
      // The connection is opened, and set up, by the first one.
      await creating.execute([order(9_999n, 'first')]);
      trips.take();
      // The first batch on a connection has its statements prepared.
      expect(await creating.execute(ordersFrom(1_001))).toEqual(Array(500).fill('created'));
      expect(trips.take()).toBe(7);
      expect(await creating.execute(ordersFrom(1))).toEqual(Array(500).fill('created'));
      expect(trips.take()).toBe(4);
      expect((await creating.execute(ordersFrom(451))).filter((result) => result === 'created')).toHaveLength(450);
      expect(trips.take()).toBe(6);
    } finally {
      await counted.close();
      await trips.close();
    }
  });
});

function execute(...commands: CreatePaymentCommand[]): Promise<readonly CreatePaymentResult[]> {
  return create.execute(commands);
}

function order(orderId: bigint, causationId: string): CreatePaymentCommand {
  return {
    orderId: OrderId.of(orderId),
    userId: UserId.of(7n),
    amount: Money.krw(50_000n),
    orderName: '생수 외 1건',
    correlationId: orderId.toString(),
    causationId,
  };
}

async function stored(): Promise<{ payments: string[]; keys: string[]; events: string[] }> {
  const select = async (sql: string): Promise<string[]> =>
    (await observer.query<{ line: string }[]>(sql)).map(({ line }) => line);
  return {
    payments: await select("SELECT CONCAT(order_id, ' ', status) AS line FROM payment ORDER BY order_id"),
    keys: await select("SELECT CONCAT(order_id, ' ', action, ' ', idempotency_key) AS line FROM payment_idempotency"),
    events: await select(
      `SELECT CONCAT(order_id, ' ', event_type) AS line FROM payment_outbox
       JOIN payment ON payment.payment_id = aggregate_id ORDER BY payment_outbox.id`,
    ),
  };
}
