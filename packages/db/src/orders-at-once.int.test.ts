import {
  type ApprovalReading,
  type ApprovalRequest,
  type Clock,
  type PaymentGateway,
} from '@koosco/payment-application';
import {
  FakePaymentGateway,
  FakeRefundGateway,
  paymentWorker,
  type PaymentWorker,
  type PlacedOrder,
  SeededSchedule,
} from '@koosco/payment-application/testing';
import { type ApprovalOutcome, Money, OrderId, type RefundOutcome, UserId } from '@koosco/payment-domain';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Connection, createConnection } from 'mariadb';
import { setTimeout as sleep } from 'node:timers/promises';
import { testServer } from '../test/test-server';
import { createDatabase, type Database } from './create-database';
import { freshDatabase, type FreshDatabase } from './testing';
import { timeOrderedIds } from './time-ordered-ids';

/** `ORDERS_AT_ONCE=500` takes more orders; the seed decides what is done to them, and the database in which order. */
const ORDERS = Number(process.env['ORDERS_AT_ONCE'] ?? 40);
const seed = Number(process.env['ORDERS_SEED'] ?? Date.now() % 2 ** 31);
const userId = UserId.of(7n);
const amount = Money.krw(1_000n);

const clock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  sleep: (durationMs, signal) => sleep(durationMs, undefined, signal && { signal }),
};

let address: FreshDatabase;
let observer: Connection;

beforeAll(async () => {
  address = await freshDatabase(testServer());
  observer = await createConnection({ ...address, bigIntAsNumber: true });
});

afterAll(async () => {
  await observer.query('SET GLOBAL innodb_snapshot_isolation = DEFAULT');
  await observer.end();
  await address.drop();
});

describe.each([
  ['READ COMMITTED', 'OFF'],
  ['READ COMMITTED', 'ON'],
  ['REPEATABLE READ', 'OFF'],
  ['REPEATABLE READ', 'ON'],
] as const)('%s, innodb_snapshot_isolation=%s', (isolationLevel, snapshotIsolation) => {
  const charges = new FakePaymentGateway();
  const gateway = withSessions(charges);
  const refundGateway = new FakeRefundGateway(charges);
  let databases: readonly Database[];
  let workers: readonly PaymentWorker[];
  let lastOrderId: bigint;

  beforeAll(async () => {
    await observer.query(`SET GLOBAL innodb_snapshot_isolation = ${snapshotIsolation}`);
    const [row] = await observer.query<{ last: number | null }[]>('SELECT MAX(order_id) AS last FROM payment');
    lastOrderId = BigInt(row?.last ?? 0);
    databases = [1, 2, 3].map(() => createDatabase({ ...address, connectionLimit: 8, isolationLevel }));
    workers = databases.map((database) => newWorker(database));
  });

  afterAll(() => Promise.all(databases.map((database) => database.close())));

  const newWorker = (database: Database): PaymentWorker =>
    paymentWorker(
      database,
      { payments: gateway, refunds: refundGateway, books: refundGateway },
      { clock, renewals: clock, leaseMs: 6_000, waitForOtherMs: 2_000 },
      timeOrderedIds,
    );
  const newOrder = (): PlacedOrder => ({ orderId: OrderId.of((lastOrderId += 1n)), userId, amount });

  it('of fifty refunds of a tenth at once, by three workers, ten are had', async () => {
    const order = newOrder();
    const paymentKey = `key-${order.orderId}`;
    await workers[0]!.place(order);
    await workers[0]!.confirm(order, paymentKey);
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) => workers[index % 3]!.cancel(order, 100n, null)),
    );
    const kinds = results.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'amount-mismatch')).toHaveLength(40);
    await untilSettled();
    expect(refundGateway.balanceOf(paymentKey)).toEqual(Money.zero);
    expect(refundGateway.refunds.filter((refund) => refund.paymentKey === paymentKey)).toHaveLength(10);
    expect(await disagreements()).toEqual([]);
  });

  it(`whatever is done to ${ORDERS} orders at once, every record tells the same (ORDERS_SEED=${seed})`, async () => {
    const chance = new SeededSchedule(seed);
    const orders = Array.from({ length: ORDERS }, newOrder);
    await Promise.all(
      orders.map(async (order) => {
        const worker = () => chance.pick(workers);
        const keys = [`key-${order.orderId}-1`, `key-${order.orderId}-2`];
        for (const key of keys) if (chance.random() < 0.5) charges.script(key, chance.pick(confirmFaults));
        const krw = () => chance.pick([100n, 400n, 1_000n]);
        const kinds = [
          () => worker().confirm(order, keys[0]!),
          () => worker().confirm(order, keys[0]!),
          () => worker().confirm(order, keys[1]!),
          () => worker().cancel(order, chance.pick([null, 100n, 400n]), chance.pick([null, 'wish-1'])),
          () => worker().requestRefund(order, krw(), chance.pick(['refund-1', 'refund-2'])),
          () => worker().cancelOrder(order, chance.pick(['end-1', 'end-2'])),
          () => worker().relay(),
        ];
        const placing = worker().place(order);
        if (chance.random() < 0.8) await placing;
        for (let round = 0; round < 3; round++) {
          if (chance.random() < 0.3) refundGateway.script(chance.pick(refundFaults));
          await Promise.allSettled(Array.from({ length: 3 }, () => chance.pick(kinds)()));
        }
        await placing;
      }),
    );
    await untilSettled();
    expect(await disagreements()).toEqual([]);
    for (const { paymentKey } of charges.charges) {
      const [row] = await observer.query<{ held: string | null }[]>(
        'SELECT SUM(amount - canceled_amount) AS held FROM payment WHERE payment_key = ?',
        [paymentKey],
      );
      expect({ paymentKey, held: Number(refundGateway.balanceOf(paymentKey).krw) }).toEqual({
        paymentKey,
        // A DECIMAL, which comes as a text.
        held: Number(row?.held ?? 0),
      });
    }
  }, 120_000);

  /** Lets all leases and waits be over, and the relays work, until nothing is due any more. */
  async function untilSettled(): Promise<void> {
    for (let round = 0; round < 30; round++) {
      const over = 'send_may_arrive_until = LEAST(send_may_arrive_until, NOW(3) - INTERVAL 1 SECOND)';
      for (const table of ['payment_attempt', 'payment_refund']) {
        await observer.query(
          `UPDATE ${table} SET due_at = NOW(3), leased_until = NULL, ${over} WHERE due_at IS NOT NULL`,
        );
      }
      const [row] = await observer.query<{ due: number }[]>(
        `SELECT (SELECT COUNT(*) FROM payment_attempt WHERE due_at IS NOT NULL)
           + (SELECT COUNT(*) FROM payment_refund WHERE due_at IS NOT NULL) AS due`,
      );
      if (row?.due === 0) return;
      await Promise.all(workers.map((worker) => worker.relay()));
    }
    throw new Error('it never comes to an end');
  }

  /** Payments of which some record says something else than the others. */
  function disagreements(): Promise<unknown[]> {
    return observer.query<unknown[]>(`
      SELECT payment_id, status, canceled_amount, sequence FROM payment
      WHERE canceled_amount <> (SELECT COALESCE(SUM(amount), 0) FROM payment_transaction AS moved
          WHERE moved.payment_id = payment.payment_id AND moved.type = 'CANCEL')
        OR canceled_amount <> (SELECT COALESCE(SUM(amount), 0) FROM payment_refund AS refund
          WHERE refund.payment_id = payment.payment_id AND refund.status = 'SUCCEEDED' AND refund.attempt_id IS NULL)
        OR canceled_amount <> (SELECT COALESCE(SUM(JSON_VALUE(payload, '$.data.canceledAmount')), 0) FROM payment_outbox
          WHERE aggregate_id = payment.payment_id)
        OR sequence <> (SELECT COUNT(*) FROM payment_outbox WHERE aggregate_id = payment.payment_id)
        OR sequence <> (SELECT COUNT(*) FROM payment_history AS line WHERE line.payment_id = payment.payment_id)
        OR CONCAT(status, canceled_amount) <> (SELECT CONCAT(to_status, line.canceled_amount) FROM payment_history AS line
          WHERE line.payment_id = payment.payment_id ORDER BY line.sequence DESC LIMIT 1)
        OR (order_cancelled_at IS NOT NULL AND status NOT IN ('CANCELED', 'FAILED'))
        OR EXISTS (SELECT 1 FROM payment_unapplied_charge AS charge
          WHERE charge.payment_id = payment.payment_id AND charge.refunded_at IS NULL)`);
  }
});

const lost = { kind: 'unknown', pgCode: null, reason: 'no answer' } as const;
const expired = { kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT', pgMessage: '' } as const;
const unavailable = { cause: 'unavailable', pgCode: null, pgMessage: null } as const;

const confirmFaults: readonly { readonly answer: ApprovalOutcome; readonly charges?: boolean }[] = [
  { answer: lost, charges: true },
  { answer: lost, charges: false },
  { answer: { kind: 'declined', pgCode: 'REJECT_CARD_COMPANY', pgMessage: '' } },
  { answer: { kind: 'not-charged', ...unavailable }, charges: true },
];

const refundFaults: readonly { readonly answer: RefundOutcome; readonly refunds: boolean }[] = [
  { answer: lost, refunds: true },
  { answer: lost, refunds: false },
  { answer: { kind: 'not-refunded', ...unavailable }, refunds: false },
];

/** What was not charged while it could be is not charged any more. */
function withSessions(charges: FakePaymentGateway): PaymentGateway {
  const look = async (request: ApprovalRequest, mayArriveUntil: Date): Promise<ApprovalReading> => {
    const reading = await charges.lookUp(request);
    return reading.kind === 'open' && mayArriveUntil < new Date() ? expired : reading;
  };
  return {
    firstSend: (now) => charges.firstSend(now),
    approve: async (request, permit) => {
      if (permit.past === null || permit.past.mayArriveUntil > new Date()) return charges.approve(request, permit);
      const reading = await look(request, permit.past.mayArriveUntil);
      return reading.kind === 'open' ? lost : reading;
    },
    lookUp: (request) => look(request, request.mayArriveUntil),
    callOff: (request) => charges.callOff(request),
  };
}
