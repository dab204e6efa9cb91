import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type UnitOfWork } from '@koosco/payment-application';
import {
  Money,
  OrderId,
  type Payment,
  PaymentAttempt,
  PaymentIdempotency,
  Refund,
  type SendRecord,
} from '@koosco/payment-domain';
import { randomUUID } from 'node:crypto';
import { type Connection, createConnection } from 'mariadb';
import { createdEvent, newPayment } from '../test/examples';
import { EXPECTED_PLANS } from '../test/expected-plans';
import { fillTables } from '../test/fill-tables';
import { testServer } from '../test/test-server';
import { openCaseFiles } from './case-file/open-case-files';
import { openAuditReader } from './audit/open-audit-reader';
import { createDatabase } from './create-database';
import { freshDatabase, type FreshDatabase } from './testing';

/** More than any of these statements is after; far fewer than there are. */
const ROWS_READ_MAX = 10;

let address: FreshDatabase;
let observer: Connection;

beforeAll(async () => {
  address = await freshDatabase(testServer());
  observer = await createConnection(address);
  await fillTables(observer, 20_000);
});

afterAll(async () => {
  await observer.end();
  await address.drop();
});

describe('every statement that reads', () => {
  it('goes through its index, to about as many rows as it wants, without sorting', async () => {
    const statements = await statementsSentBy(callEverything);
    const met = new Set<string>();
    for (const statement of statements) {
      const expected = EXPECTED_PLANS.find(([begins]) => begins.test(statement));
      expect({ statement, isExpected: expected !== undefined }).toEqual({ statement, isExpected: true });
      const [begins, ...indexes] = expected!;
      met.add(begins.source);

      const plan = await observer.query<PlanStep[]>(`EXPLAIN ${statement}`);
      const steps = plan.filter(({ table }) => !table?.startsWith('<derived'));
      expect({ statement, steps }).toEqual({
        statement,
        steps: indexes.map((key) =>
          expect.objectContaining({ key, Extra: expect.not.stringMatching(/filesort|temporary/) }),
        ),
      });
      for (const { rows } of steps) expect(Number(rows)).toBeLessThanOrEqual(ROWS_READ_MAX);
    }
    expect(met).toEqual(new Set(EXPECTED_PLANS.map(([begins]) => begins.source)));
  });
});

describe('every statement that deletes what is over', () => {
  it('takes it as it comes in an index, without sorting, and so locking, all that is old', async () => {
    const statements = await statementsSentBy(forgetEverything, /^DELETE .*LIMIT/);
    expect(statements).toHaveLength(3);
    for (const statement of statements) {
      const [step] = await observer.query<PlanStep[]>(`EXPLAIN ${statement}`);
      expect({ statement, step }).toEqual({
        statement,
        step: expect.objectContaining({ key: expect.any(String), Extra: expect.not.stringMatching(/filesort/) }),
      });
    }
  });
});

interface PlanStep {
  readonly table: string | null;
  readonly key: string | null;
  readonly rows: bigint | number;
  readonly Extra: string;
}

/** As outbox-relay does, but of a time when there was nothing. */
async function forgetEverything(): Promise<void> {
  const { namedRequests, hints, outbox, close } = createDatabase({ ...address, connectionLimit: 1 });
  const olderThanMs = 3_650 * 24 * 60 * 60_000;
  await namedRequests.forget(olderThanMs, 10);
  await hints.forget(olderThanMs, 10);
  await outbox.forget(olderThanMs, 10);
  await close();
}

/** Uses every way into the database once. */
async function callEverything(): Promise<void> {
  const {
    unitOfWork,
    reader,
    leases,
    expiryReader,
    paymentList,
    refundReader,
    refundLeases,
    openRefunds,
    unclearAttempts,
    readBooks,
    outbox,
    outboxCanary,
    outboxPublication,
    outboxRecovery,
    unappliedCharges,
    close,
  } = createDatabase({
    ...address,
    connectionLimit: 1,
  });
  const payment = newPayment();
  const { paymentId, orderId, amount, correlationId } = payment.state;
  const entry = PaymentIdempotency.of(orderId, 'CREATE', 'event');
  const now = new Date('2026-01-15T10:00:00Z');
  const send = {
    ...({ keySlot: 'first', credential: 'c', unanswered: true, answerCode: null, isUnclear: false } as const),
    mayArriveUntil: now,
  };
  const attempt = PaymentAttempt.start({
    attemptId: randomUUID(),
    paymentId,
    orderId,
    paymentKey: 'key',
    gatewayIdempotencyKey: 'gateway-key',
    amount,
    correlationId,
    now,
    leasedUntil: now,
    send,
  });
  const outcome = { kind: 'unknown', pgCode: null, reason: 'no answer' } as const;

  await unitOfWork.run(async (tx) => {
    for (const _ of ['new', 'duplicate']) {
      await tx.idempotency.insertNew([entry]);
      await tx.payments.insertNew([payment]);
      await tx.payments.findTerms([payment.state.orderId]);
    }
    await tx.events.publish([createdEvent(payment)]);
    await tx.payments.findByOrderIdForUpdate(orderId);
    await tx.payments.save(payment.fail(now));
    await tx.attempts.insert(attempt);
    await tx.attempts.findForUpdate(attempt.state.attemptId);
    await tx.attempts.findUnresolved(orderId);
    await tx.attempts.findLatest(paymentId, 'key');
    await tx.attempts.takeOverDue({ status: 'IN_FLIGHT', leaseMs: 60_000, limit: 100 });
    await tx.attempts.save(attempt.settle(outcome, { fence: 0, nextLookAt: now }, now), { fence: 0 });
  });
  await callEveryRefund(unitOfWork, payment, attempt, send);
  await readCases(payment, attempt);
  await readAudit(payment);
  const wished = ['1', '2'].map((n) => ({ attemptId: `c0000000-0000-7000-8000-00000000000${n}`, fence: 7 }));
  await refundLeases.renew(wished, 1_000);
  await refundLeases.recordSend(wished[0]!, send, 1_000);
  await refundReader.ordersWithDueRefunds(16);
  await expiryReader.findExpired(0, 100);
  const position = { createdAt: now, rowId: 7n };
  await paymentList.find({ from: new Date('2026-01-15T08:59:55Z'), to: now, after: position, limit: 5 });
  await reader.findById(paymentId);
  await reader.findByOrderId(orderId);
  await reader.viewById(paymentId);
  await reader.viewByOrderId(orderId);
  const owned = { attemptId: attempt.state.attemptId, fence: 7 };
  await leases.renew([owned, { ...owned, attemptId: randomUUID() }], 1_000);
  await leases.recordSend(owned, send, 1_000);
  await reader.findAttempt(attempt.state.attemptId);
  await reader.glimpseAttempts([attempt.state.attemptId, randomUUID()]);
  await outbox.pendingStatistics();
  await unappliedCharges.awaitingRefund();
  // Of none that waits, the server knows without an index.
  await observer.query('UPDATE payment_unapplied_charge SET refunded_at = NULL');
  await openRefunds.statistics();
  await unclearAttempts.statistics();
  const moved = [1n, 2n].map((n) => ({ pgTransactionId: `t-${n}`, orderId: OrderId.of(1_000_000n + n) }));
  expect([...(await readBooks.unknownOf([...moved, { ...moved[0]!, pgTransactionId: 'untold' }]))]).toEqual(['untold']);
  await readBooks.moveTo(now);
  expect(await readBooks.readUntil()).toEqual(now);
  const [row] = await observer.query<{ id: bigint; topic: string; key: string; payload: string }[]>(
    "SELECT id, topic, partition_key AS `key`, payload FROM payment_outbox WHERE status = 'PENDING'",
  );
  const { id, topic, key, payload } = row!;
  const event = { id, topic, key: Buffer.from(key), value: Buffer.from(payload) };
  await outboxCanary.send(1_000, 'to be found');
  await outboxCanary.back([1n, 2n]);
  await outboxCanary.pulse();
  await outboxPublication.claimMode('polling');
  await outboxPublication.hold(randomUUID(), 1_000);
  // Not pending(): it sorts on purpose, and no more than some thousand ids.
  await outboxPublication.published([1n]);
  await outboxRecovery.mayBeginAnew();
  await outboxRecovery.hasBegunAnew();
  await outboxRecovery.sendAgain(-1_000);
  await outbox.markPublished([event, { ...event, id: 1n }, { ...event, id: 2n }]);
  await close();
}

/** What an audit reads of a period, and of the payments that it finds there. */
async function readAudit({ state: { orderId, paymentId } }: Payment): Promise<void> {
  const reader = await openAuditReader(address);
  const period = [new Date('2026-01-15T08:59:55Z'), new Date('2026-01-15T08:59:58Z')] as const;
  expect(await reader.createdPayments(...period)).toHaveLength(3);
  expect(await reader.events(...period)).toHaveLength(4);
  const [records] = await reader.records([paymentId], [orderId]);
  expect(records).toMatchObject({
    ...{ paymentId, orderId, payment: { status: 'FAILED' }, underWay: 2 },
    besides: [{ kind: 'charge', amount: 10n, pgTransactionId: null }],
  });
  await reader.close();
}

/** As an account that can do nothing else. */
async function readCases(
  { state: { orderId, paymentId, pgOrderId } }: Payment,
  { state: { attemptId } }: PaymentAttempt,
): Promise<void> {
  const { host, port, database } = address;
  await observer.query(`INSERT INTO payment_history (payment_id, sequence, to_status, canceled_amount, actor, causation_id, occurred_at)
    VALUES ('${paymentId}', 1, 'READY', 0, 'test', 'c', NOW(3)) ON DUPLICATE KEY UPDATE sequence = 1`);
  await observer.query(`INSERT INTO payment_order_cancellation (order_id, event_id, correlation_id, reason)
    VALUES (${orderId}, 'event', 'c', 'r')`);
  await observer.query("CREATE USER IF NOT EXISTS 'reader'@'%' IDENTIFIED BY 'reader'");
  await observer.query(`GRANT SELECT ON ${observer.escapeId(database)}.* TO 'reader'@'%'`);
  const files = await openCaseFiles({ host, port, database, user: 'reader', password: 'reader' });
  for (const reference of [
    { kind: 'order', orderId },
    { kind: 'payment', paymentId },
    { kind: 'attempt', attemptId },
    { kind: 'pg-order', pgOrderId },
  ] as const) {
    expect(await files.find(reference)).toMatchObject({
      payment: { orderId, paymentId, pgOrderId },
      cancellation: { eventId: 'event' },
      attempts: [{ attemptId, paymentKey: 'key', isLeased: true }],
      refunds: [{ paymentKey: 'key' }],
      unappliedCharges: [{ reason: 'r' }],
      events: [{ eventType: 'payment.created', status: 'PENDING' }],
    });
  }
  await files.close();
}

async function callEveryRefund(
  unitOfWork: UnitOfWork,
  { state: { paymentId, orderId } }: Payment,
  { state: { attemptId } }: PaymentAttempt,
  send: SendRecord,
): Promise<void> {
  const now = new Date('2026-01-15T10:00:00Z');
  const amount = Money.krw(10n);
  const refund = Refund.request(
    {
      ...{ refundId: randomUUID(), paymentId, orderId, paymentKey: 'key', origin: 'UNAPPLIED_CHARGE', attemptId },
      ...{ causeId: `attempt:${attemptId}`, causationId: 'c', amount, reason: 'r', correlationId: 'c' },
    },
    now,
  );
  await unitOfWork.run(async (tx) => {
    await tx.refunds.insert(refund);
    await tx.refunds.findForUpdate(refund.state.refundId);
    await tx.refunds.findByCause(paymentId, refund.state.causeId);
    await tx.refunds.findUnresolved(orderId);
    await tx.refunds.findGivenBack(paymentId, 'key');
    await tx.refunds.save(refund.begin({ remainingBefore: amount, send, leasedUntil: now }, now), { fence: 0 });
    await tx.orderCancellations.findOf([OrderId.of(1_000_001n), OrderId.of(1_000_002n)]);
    const charge = { paymentId, orderId, paymentKey: 'key', pgTransactionId: null, approvedAt: now, reason: 'r' };
    await tx.unappliedCharges.record({ ...charge, attemptId, amount, foundAt: now });
    await tx.unappliedCharges.markRefunded(attemptId, now);
  });
}

/** The SELECT and UPDATE statements that reached the server meanwhile, with their values, on one line each. */
async function statementsSentBy(
  action: () => Promise<void>,
  wanted = /^(SELECT|UPDATE) .*payment/,
): Promise<readonly string[]> {
  const root = await createConnection(testServer());
  await root.query("SET GLOBAL log_output = 'TABLE', general_log = ON");
  await root.query('TRUNCATE TABLE mysql.general_log');
  try {
    await action();
    const rows = await root.query<{ statement: string }[]>(
      `SELECT CONVERT(argument USING utf8mb4) AS statement FROM mysql.general_log
       WHERE command_type = 'Query' AND thread_id <> ? AND thread_id <> CONNECTION_ID()`,
      [observer.threadId],
    );
    return rows
      .map(({ statement }) => statement.replaceAll(/\s+/g, ' ').trim())
      .filter((statement) => wanted.test(statement));
  } finally {
    await root.query('SET GLOBAL general_log = OFF, log_output = DEFAULT');
    await root.end();
  }
}
