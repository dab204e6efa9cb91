import { describe, expect, it } from '@jest/globals';
import {
  Money,
  OrderId,
  Payment,
  PaymentAttempt,
  type PaymentAttemptState,
  type PaymentAttemptStatus,
  PaymentId,
  type PaymentState,
  UserId,
} from '@koosco/payment-domain';
import { ApprovalSettlement } from '../charge/approval-settlement';
import { AttemptExecution } from '../charge/attempt-execution';
import { type ApprovalReading } from '../ports/gateway/payment-gateway';
import { FakeClock, FakePaymentGateway, InMemoryDatabase, SequentialIds } from '../testing';
import { type AttemptStanding, prospectOf, readAttempt } from './attempt-prospect';
import { LeaseKeeper } from './lease-keeper';
import { ResolveAttemptUseCase } from './resolve-attempt-use-case';

const LEASE_MS = 6_000;
const at = new Date('2026-01-15T08:59:00.000Z');
const approval = { paymentKey: 'key', pgTransactionId: 'tx', approvedAt: at, method: '카드', receiptUrl: null };
const words = { pgCode: 'CODE', pgMessage: '' };

const statuses: readonly PaymentAttemptStatus[] = [
  ...(['IN_FLIGHT', 'UNKNOWN', 'AWAITING_DEPOSIT'] as const),
  ...(['SUCCEEDED', 'DECLINED', 'REFUSED', 'NOT_CHARGED', 'UNAPPLIED'] as const),
];
const payments: Readonly<Record<string, Partial<PaymentState>>> = {
  'that is READY': {},
  'that is READY, and its order cancelled': { orderCancelledAt: at },
  'that was paid with this key': { status: 'APPROVED', approval },
  'that was paid with another key': {
    status: 'APPROVED',
    approval: { ...approval, paymentKey: 'other', pgTransactionId: 'o' },
  },
  'that failed': { status: 'FAILED' },
  'that was called off': { status: 'CANCELED', orderCancelledAt: at },
};
const readings: readonly ApprovalReading[] = [
  { kind: 'approved', pgTransactionId: 'tx', approvedAt: at, method: '카드', receiptUrl: null },
  { kind: 'mischarged', amount: Money.krw(900n), pgTransactionId: 'tx', approvedAt: at },
  { kind: 'declined', ...words },
  { kind: 'refused', ...words },
  { kind: 'not-charged', cause: 'unavailable', ...words },
  { kind: 'awaiting-deposit', account: null },
  { kind: 'open' },
  { kind: 'unknown', pgCode: null, reason: 'no answer' },
];

/** One payment and one attempt whose owner is gone, or is not. */
async function stored(payment: Partial<PaymentState>, attempt: Partial<PaymentAttemptState>) {
  const clock = new FakeClock();
  const database = new InMemoryDatabase(clock);
  const ids = new SequentialIds();
  const gateway = new FakePaymentGateway();
  // A virtual account can always be given up here.
  gateway.callOff = () => Promise.resolve({ kind: 'refused', ...words });
  const now = clock.now();
  const orderId = OrderId.of(1n);
  const amount = Money.krw(1_000n);
  const fresh = Payment.create({
    ...{ paymentId: PaymentId.of(ids.next()), orderId, userId: UserId.of(7n), amount, orderName: '주문 1', now },
    correlationId: 'c',
  });
  const begun = PaymentAttempt.start({
    ...{ attemptId: 'attempt', paymentId: fresh.state.paymentId, orderId, paymentKey: 'key', amount, now },
    ...{ gatewayIdempotencyKey: 'attempt', correlationId: 'c', leasedUntil: now, send: gateway.firstSend(now) },
  });
  await database.unitOfWork.run(async (tx) => {
    await tx.payments.insertNew([Payment.restore({ ...fresh.state, ...payment })]);
    await tx.attempts.insert(PaymentAttempt.restore({ ...begun.state, leasedUntil: null, dueAt: now, ...attempt }));
  });
  const { unitOfWork, leases } = database;
  const execution = new AttemptExecution(
    ...([unitOfWork, gateway, new ApprovalSettlement(ids, 'test'), new LeaseKeeper(leases, clock, LEASE_MS)] as const),
  );
  const resolveAttempt = new ResolveAttemptUseCase(unitOfWork, execution, clock);
  const rows = () => ({
    attempt: [...database.tables.attempts.values()][0]!,
    payment: [...database.tables.payments.values()][0]!,
    events: database.tables.events.map(({ type }) => type),
    refunds: database.tables.refunds.size,
  });
  const standing = (): AttemptStanding => {
    const { attempt: row, payment: of } = rows();
    return {
      ...{ orderId: 1n, paymentKey: row.paymentKey, gatewayIdempotencyKey: row.gatewayIdempotencyKey, amount: 1_000n },
      ...{ status: row.status, mayArriveUntil: row.send.mayArriveUntil },
      isLeased: row.leasedUntil !== null && row.leasedUntil > clock.now(),
      payment: {
        ...{ status: of.status, paymentKey: of.approval?.paymentKey ?? null },
        isOrderCancelled: of.orderCancelledAt !== null,
      },
    };
  };
  return { gateway, clock, rows, standing, resolve: () => resolveAttempt.execute({ orderId, attemptId: 'attempt' }) };
}

describe('an attempt that a person resolves', () => {
  for (const [which, payment] of Object.entries(payments)) {
    it(`of a payment ${which} becomes what was said it would, and nothing else changes anything`, async () => {
      for (const status of statuses) {
        for (const reading of readings) {
          const isSettledForGood = status === 'SUCCEEDED' || status === 'DECLINED' || status === 'UNAPPLIED';
          const { gateway, rows, standing, resolve } = await stored(payment, {
            status,
            ...(isSettledForGood && { dueAt: null }),
          });
          gateway.scriptLookUp('key', reading, reading);
          const before = rows();
          const prospect = prospectOf(standing(), await readAttempt(gateway, standing()));
          await resolve();
          const after = rows();
          const seen = { status, reading: reading.kind, attempt: after.attempt.status, payment: after.payment.status };
          if (prospect.kind === 'possible') {
            expect(seen).toEqual({ ...seen, attempt: prospect.attempt, payment: prospect.payment });
          } else {
            expect({ ...seen, events: after.events, refunds: after.refunds }).toEqual({
              ...{ ...seen, payment: before.payment.status, events: [], refunds: 0 },
            });
          }
          expect(gateway.approvals).toEqual([]);
        }
      }
    });
  }

  it('is left to whoever is at work on it, for as long as they renew', async () => {
    const leasedUntil = new Date('2026-01-15T09:00:05.000Z');
    const { gateway, clock, rows, standing, resolve } = await stored({}, { leasedUntil, dueAt: leasedUntil, fence: 3 });
    gateway.scriptLookUp('key', ...readings.slice(0, 1));
    expect(prospectOf(standing(), readings[0]!)).toEqual({ kind: 'refused', because: 'owned' });
    expect(await resolve()).toEqual({ kind: 'owned', fence: 3, leasedUntil });
    expect(gateway.lookUps).toEqual([]);
    await clock.advance(5_001);
    expect(await resolve()).toMatchObject({ kind: 'looked-at', outcome: 'approved', applied: true });
    expect(rows()).toMatchObject({ attempt: { status: 'SUCCEEDED', fence: 4 }, events: ['payment.completed'] });
  });

  it('is due again for the relay where the gateway cannot say', async () => {
    const { gateway, clock, rows, resolve } = await stored({}, { status: 'IN_FLIGHT' });
    gateway.scriptLookUp('key', { kind: 'unknown', pgCode: null, reason: 'no answer' });
    expect(await resolve()).toMatchObject({ kind: 'looked-at', outcome: 'unknown' });
    const dueAt = new Date(clock.now().getTime() + 2_000);
    expect(rows()).toMatchObject({ attempt: { status: 'UNKNOWN', leasedUntil: null, dueAt }, events: [] });
  });
});
