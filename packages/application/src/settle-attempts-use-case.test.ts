import { describe, expect, it } from '@jest/globals';
import { Money, OrderId, Payment, PaymentAttempt, PaymentId, UserId } from '@koosco/payment-domain';
import { ApprovalSettlement } from './approval-settlement';
import { SettleAttemptsUseCase } from './settle-attempts-use-case';
import { FakeClock, FakePaymentGateway, InMemoryDatabase, SequentialIds } from './testing';

const LEASE_MS = 90_000;

/** As many payments as asked for, each with an attempt whose worker is gone. */
async function abandonedAttempts(count: number) {
  const database = new InMemoryDatabase();
  const clock = new FakeClock();
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
        }),
      );
    }
  });
  const settle = new SettleAttemptsUseCase(database.unitOfWork, gateway, new ApprovalSettlement(clock, ids), clock, {
    attemptLeaseMs: LEASE_MS,
  });
  return { database, clock, gateway, settle };
}

describe('SettleAttemptsUseCase', () => {
  it('asks before it sends, and sends only where the books are open', async () => {
    const { gateway, settle } = await abandonedAttempts(2);
    gateway.scriptLookUp('key-1', { kind: 'declined', pgCode: 'REJECT_CARD_COMPANY', pgMessage: '거절' });
    const settled = await settle.execute({ limit: 10 });
    expect(settled.map(({ outcome }) => outcome).sort()).toEqual(['approved', 'declined']);
    expect(gateway.approvals.map(({ paymentKey, idempotencyKey }) => [paymentKey, idempotencyKey])).toEqual([
      ['key-2', 'attempt-2'],
    ]);
  });

  it('takes no more than it was told, and not what another relay has', async () => {
    const { settle, gateway } = await abandonedAttempts(5);
    const rounds = await Promise.all([settle.execute({ limit: 2 }), settle.execute({ limit: 2 })]);
    expect(rounds.map((round) => round.length)).toEqual([2, 2]);
    expect(gateway.charges).toHaveLength(4);
    expect(await settle.execute({ limit: 10 })).toHaveLength(1);
    expect(await settle.execute({ limit: 10 })).toEqual([]);
  });

  it('is not stopped by one attempt that it cannot settle, and comes back to that one after its lease', async () => {
    const { gateway, settle, clock } = await abandonedAttempts(2);
    const lookUp = gateway.lookUp.bind(gateway);
    gateway.lookUp = (request) =>
      request.paymentKey === 'key-1' ? Promise.reject(new Error('broken')) : lookUp(request);
    const outcomes = (await settle.execute({ limit: 10 })).map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(['approved', 'failed']);

    gateway.lookUp = lookUp;
    await clock.advance(LEASE_MS);
    expect(await settle.execute({ limit: 10 })).toEqual([expect.objectContaining({ outcome: 'approved' })]);
  });

  it('asks less and less often while the gateway cannot say', async () => {
    const { gateway, settle, clock } = await abandonedAttempts(1);
    const unknown = { kind: 'unknown', pgCode: null, reason: 'no answer' } as const;
    gateway.scriptLookUp('key-1', ...Array.from({ length: 30 }, () => unknown));
    let looks = 0;
    for (let second = 0; second < 300; second++) {
      looks += (await settle.execute({ limit: 1 })).length;
      await clock.advance(1_000);
    }
    // At 0, 10, 30 and 70 s, and every minute after that.
    expect(looks).toBe(7);
  });

  it('writes nothing, and says so, when money moved for a payment that is over', async () => {
    const { database, settle } = await abandonedAttempts(1);
    await database.unitOfWork.run(async (tx) => {
      const payment = await tx.payments.findByOrderIdForUpdate(OrderId.of(1n));
      if (payment !== null) await tx.payments.save(payment.fail(new Date()));
    });
    const [settled] = await settle.execute({ limit: 1 });
    expect(settled).toMatchObject({ outcome: 'failed', error: { code: 'INVALID_PAYMENT_STATUS' } });
    expect([...database.tables.attempts.values()].map(({ status }) => status)).toEqual(['IN_FLIGHT']);
  });
});
