import { describe, expect, it } from '@jest/globals';
import { Money, OrderId, Payment, PaymentAttempt, PaymentId, UserId } from '@koosco/payment-domain';
import { ApprovalSettlement } from '../charge/approval-settlement';
import { type SettledAttempt, SettleAttemptsUseCase } from './settle-attempts-use-case';
import { type ApprovalReading } from '../ports/gateway/payment-gateway';
import { AttemptExecution } from '../charge/attempt-execution';
import { LeaseKeeper } from './lease-keeper';
import { FakeClock, FakePaymentGateway, InMemoryDatabase, SequentialIds } from '../testing';

const LEASE_MS = 6_000;

/** As many payments as asked for, each with an attempt whose worker is gone. */
async function abandonedAttempts(count: number) {
  const clock = new FakeClock();
  const database = new InMemoryDatabase(clock);
  const ids = new SequentialIds();
  const gateway = new FakePaymentGateway();
  const now = clock.now();
  await database.unitOfWork.run(async (tx) => {
    for (let index = 1; index <= count; index++) {
      const orderId = OrderId.of(BigInt(index));
      const payment = Payment.create({
        paymentId: PaymentId.of(ids.next()),
        orderId,
        userId: UserId.of(7n),
        amount: Money.krw(1_000n),
        orderName: `주문 ${index}`,
        correlationId: `${index}`,
        now,
      });
      await tx.payments.insertNew([payment]);
      await tx.attempts.insert(
        PaymentAttempt.start({
          attemptId: ids.next(),
          paymentId: payment.state.paymentId,
          orderId,
          paymentKey: `key-${index}`,
          gatewayIdempotencyKey: `attempt-${index}`,
          amount: payment.state.amount,
          correlationId: `${index}`,
          now,
          leasedUntil: now,
          send: gateway.firstSend(now),
        }),
      );
    }
  });
  const { unitOfWork, leases } = database;
  /** One relay, and what it heard. */
  const relay = () => {
    const keeper = new LeaseKeeper(leases, clock, LEASE_MS);
    const execution = new AttemptExecution(unitOfWork, gateway, new ApprovalSettlement(ids, 'test'), keeper);
    const heard: SettledAttempt[] = [];
    const settle = new SettleAttemptsUseCase(unitOfWork, execution, clock, (settled) => heard.push(settled));
    const look = async () => {
      await settle.takeDue();
      await settle.drain();
      return heard.splice(0);
    };
    return { settle, look, heard };
  };
  const attempts = () => [...database.tables.attempts.values()].map(({ status }) => status);
  return { database, clock, gateway, relay, attempts };
}

describe('SettleAttemptsUseCase', () => {
  it('asks before it sends, and sends only where the books are open', async () => {
    const { gateway, relay } = await abandonedAttempts(2);
    gateway.scriptLookUp('key-1', { kind: 'declined', pgCode: 'REJECT_CARD_COMPANY', pgMessage: '거절' });
    const settled = await relay().look();
    expect(settled.map(({ outcome }) => outcome).sort()).toEqual(['approved', 'declined']);
    expect(gateway.approvals.map(({ paymentKey, idempotencyKey }) => [paymentKey, idempotencyKey])).toEqual([
      ['key-2', 'attempt-2'],
    ]);
  });

  it('takes no more than it has places for, and not what another relay has', async () => {
    const { relay, gateway } = await abandonedAttempts(60);
    const release = gateway.hold();
    const [one, other] = [relay(), relay()];
    expect(await Promise.all([one.settle.takeDue(), other.settle.takeDue()])).toEqual([24, 24]);
    expect(await one.settle.takeDue()).toBe(0);
    release();
    await Promise.all([one.settle.drain(), other.settle.drain()]);
    expect(await one.look()).toHaveLength(12 + 24);
    expect(gateway.charges).toHaveLength(60);
  });

  it('lets a slow attempt hold up only itself', async () => {
    const { gateway, relay, attempts } = await abandonedAttempts(5);
    const lookUp = gateway.lookUp.bind(gateway);
    gateway.lookUp = (request) => (request.paymentKey === 'key-1' ? new Promise(() => undefined) : lookUp(request));
    const { settle, heard } = relay();
    await settle.takeDue();
    while (heard.length < 4) await nextTurn();
    expect(attempts().sort()).toEqual(['IN_FLIGHT', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  });

  it('is not stopped by one attempt that it cannot settle, and comes back to that one after its lease', async () => {
    const { gateway, relay, clock } = await abandonedAttempts(2);
    const lookUp = gateway.lookUp.bind(gateway);
    gateway.lookUp = (request) =>
      request.paymentKey === 'key-1' ? Promise.reject(new Error('broken')) : lookUp(request);
    const { look } = relay();
    expect((await look()).map(({ outcome }) => outcome).sort()).toEqual(['approved', 'failed']);

    gateway.lookUp = lookUp;
    await clock.advance(LEASE_MS);
    expect(await look()).toEqual([expect.objectContaining({ outcome: 'approved' })]);
  });

  /** How often the gateway is asked about one attempt in five minutes. */
  async function looksInFiveMinutes(reading: ApprovalReading): Promise<number> {
    const { gateway, relay, clock } = await abandonedAttempts(1);
    gateway.scriptLookUp('key-1', ...Array.from({ length: 400 }, () => reading));
    const { look } = relay();
    let looks = 0;
    for (let second = 0; second < 300; second++) {
      looks += (await look()).length;
      await clock.advance(1_000);
    }
    return looks;
  }

  it('asks less and less often while the gateway cannot say', async () => {
    // At 0, 2, 6, 14, 30 and 62 s, and every minute after that.
    expect(await looksInFiveMinutes({ kind: 'unknown', pgCode: null, reason: 'no answer' })).toBe(9);
  });

  it('does not take a question that its own limits held back for one that was asked', async () => {
    const heldBack = { kind: 'unknown', pgCode: null, reason: 'breaker open', heldBack: true } as const;
    expect(await looksInFiveMinutes(heldBack)).toBe(150);
  });

  it('looks seldom for a deposit, and finds it', async () => {
    const { gateway, relay, clock, attempts } = await abandonedAttempts(1);
    gateway.scriptLookUp(
      'key-1',
      ...Array.from({ length: 3 }, () => ({ kind: 'awaiting-deposit', account: null }) as const),
    );
    gateway.scriptLookUp('key-1', charge);
    const { look } = relay();
    const lookedAt: number[] = [];
    for (let second = 0; attempts()[0] !== 'SUCCEEDED'; second++) {
      if ((await look()).length > 0) lookedAt.push(second);
      await clock.advance(1_000);
    }
    expect(lookedAt).toEqual([0, 30, 90, 210]);
    expect(gateway.approvals).toEqual([]);
  });

  describe('what was settled without a charge', () => {
    const notCharged = { kind: 'not-charged', cause: 'unavailable', pgCode: null, pgMessage: null } as const;

    it('is looked at once more when nothing can arrive any more, and then forgotten', async () => {
      const { gateway, relay, clock, attempts, database } = await abandonedAttempts(1);
      gateway.scriptLookUp('key-1', notCharged, notCharged);
      const { look } = relay();
      await look();
      await clock.advance(14 * 60_000);
      expect(await look()).toEqual([]);
      await clock.advance(60_000);
      expect(await look()).toMatchObject([{ outcome: 'not-charged', applied: true }]);
      expect(attempts()).toEqual(['NOT_CHARGED']);
      expect([...database.tables.attempts.values()]).toMatchObject([{ dueAt: null, leasedUntil: null }]);
      expect(gateway.approvals).toEqual([]);
    });

    it('becomes an approval when the books have a charge after all', async () => {
      const { gateway, relay, clock, attempts, database } = await abandonedAttempts(1);
      gateway.scriptLookUp('key-1', notCharged, charge);
      const { look } = relay();
      await look();
      await clock.advance(15 * 60_000);
      expect(await look()).toMatchObject([{ outcome: 'approved', applied: true }]);
      expect(attempts()).toEqual(['SUCCEEDED']);
      expect(database.tables.events.map(({ type }) => type)).toEqual(['payment.completed']);
    });

    it('is looked at again while the books cannot be read', async () => {
      const { gateway, relay, clock, database } = await abandonedAttempts(1);
      gateway.scriptLookUp('key-1', notCharged, { kind: 'unknown', pgCode: null, reason: 'no answer' });
      const { look } = relay();
      await look();
      await clock.advance(15 * 60_000);
      await look();
      expect([...database.tables.attempts.values()][0]?.dueAt).toEqual(new Date(clock.now().getTime() + 60_000));
    });
  });

  it('records money that moved for a payment that is over, once, and leaves payment and events alone', async () => {
    const { database, relay, attempts, clock } = await abandonedAttempts(1);
    await database.unitOfWork.run(async (tx) => {
      const payment = await tx.payments.findByOrderIdForUpdate(OrderId.of(1n));
      if (payment !== null) await tx.payments.save(payment.fail(new Date()));
    });
    const { look } = relay();
    expect(await look()).toMatchObject([
      { outcome: 'approved', applied: true, attempt: { state: { status: 'UNAPPLIED' } } },
    ]);
    expect(attempts()).toEqual(['UNAPPLIED']);
    expect([...database.tables.unappliedCharges.values()]).toMatchObject([
      { paymentKey: 'key-1', amount: Money.krw(1_000n), reason: 'the payment is FAILED', foundAt: clock.now() },
    ]);
    expect(database.tables.events).toEqual([]);
    expect(await look()).toEqual([]);
  });
});

const charge = {
  kind: 'approved',
  pgTransactionId: 'tx-1',
  approvedAt: new Date('2026-01-15T09:00:01.000Z'),
  method: '카드',
  receiptUrl: null,
} as const;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
