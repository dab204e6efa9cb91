import { describe, expect, it } from '@jest/globals';
import { type ApprovalOutcome, Money, OrderId, UserId } from '@koosco/payment-domain';
import { ApprovalSettlement } from './approval-settlement';
import { type ApprovePaymentCommand, ApprovePaymentUseCase } from './approve-payment-use-case';
import { CreatePaymentUseCase } from './create-payment-use-case';
import { SettleAttemptsUseCase } from './settle-attempts-use-case';
import { FakeClock, FakePaymentGateway, InMemoryDatabase, SequentialIds } from './testing';

const orderId = OrderId.of(123n);
const amount = Money.krw(10_000n);
const LEASE_MS = 90_000;

const declined = { kind: 'declined', pgCode: 'REJECT_CARD_COMPANY', pgMessage: '결제 승인이 거절되었습니다.' } as const;
const refused = { kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT_SESSION', pgMessage: '결제 시간이 만료' } as const;
const notCharged = { kind: 'not-charged', cause: 'unavailable', pgCode: null, pgMessage: null } as const;
const unknown = { kind: 'unknown', pgCode: null, reason: 'no answer' } as const;
const awaitingDeposit = { kind: 'awaiting-deposit', dueAt: null } as const;

function confirm(overrides: Partial<ApprovePaymentCommand> = {}): ApprovePaymentCommand {
  return {
    requester: { kind: 'buyer', userId: UserId.of(7n) },
    orderId,
    paymentKey: 'key-1',
    amount,
    correlationId: 'request-1',
    ...overrides,
  };
}

/** One order of user 7 over 10,000 won, ready to be paid. */
async function readyOrder({ autoAdvance = true } = {}) {
  const database = new InMemoryDatabase();
  const clock = new FakeClock({ autoAdvance });
  const ids = new SequentialIds();
  const gateway = new FakePaymentGateway();
  const settlement = new ApprovalSettlement(clock, ids);
  const { unitOfWork, reader } = database;
  await new CreatePaymentUseCase(unitOfWork, clock, ids).execute([
    {
      orderId,
      userId: UserId.of(7n),
      amount,
      orderName: '주문 123',
      correlationId: 'saga-1',
      causationId: 'event-1',
    },
  ]);
  const times = { attemptLeaseMs: LEASE_MS, waitForOtherMs: 3_000 };
  const approvePayment = new ApprovePaymentUseCase(unitOfWork, reader, gateway, settlement, clock, ids, times);
  const settleAttempts = new SettleAttemptsUseCase(unitOfWork, gateway, settlement, clock, times);
  return {
    clock,
    gateway,
    database,
    approve: (overrides: Partial<ApprovePaymentCommand> = {}) => approvePayment.execute(confirm(overrides)),
    relay: () => settleAttempts.execute({ limit: 10 }),
    payment: async () => (await reader.findByOrderId(orderId))?.state,
    events: () => database.tables.events.map(({ type }) => type),
    attempts: () => [...database.tables.attempts.values()].map(({ status }) => status),
  };
}

describe('ApprovePaymentUseCase', () => {
  describe('when the payment is READY and the gateway approves', () => {
    it('is approved, with one charge of the stored values and one completed event', async () => {
      const { approve, payment, events, gateway, database } = await readyOrder();
      expect(await approve()).toMatchObject({
        kind: 'approved',
        orderId,
        paidAmount: amount,
        method: '카드',
        replayed: false,
      });
      expect(await payment()).toMatchObject({ status: 'APPROVED', sequence: 2, approval: { paymentKey: 'key-1' } });
      expect(events()).toEqual(['payment.created', 'payment.completed']);
      expect(gateway.charges).toEqual([
        expect.objectContaining({ paymentKey: 'key-1', pgOrderId: 'ord-0000000000000000123', amount }),
      ]);
      expect(database.tables.transactions.map(({ transaction }) => [transaction.type, transaction.status])).toEqual([
        ['APPROVAL', 'SUCCESS'],
      ]);
    });

    it('gives the same answer again and again, without the gateway', async () => {
      const { approve, gateway, events } = await readyOrder();
      const first = await approve();
      for (const again of [await approve(), await approve()]) expect(again).toEqual({ ...first, replayed: true });
      expect(gateway.approvals).toHaveLength(1);
      expect(events()).toHaveLength(2);
    });

    it('refuses another payment key', async () => {
      const { approve, gateway } = await readyOrder();
      await approve();
      expect(await approve({ paymentKey: 'key-2' })).toEqual({ kind: 'already-approved' });
      expect(gateway.approvals).toHaveLength(1);
    });
  });

  describe('before the gateway is asked', () => {
    it.each([
      ['an unknown order', { orderId: OrderId.of(999n) }, 'not-found'],
      ['somebody else’s payment', { requester: { kind: 'buyer', userId: UserId.of(8n) } }, 'not-found'],
      ['one won too little', { amount: Money.krw(9_999n) }, 'amount-mismatch'],
      ['nothing at all', { amount: Money.zero }, 'amount-mismatch'],
    ] as const)('refuses %s', async (_what, overrides, kind) => {
      const { approve, gateway, attempts } = await readyOrder();
      expect(await approve(overrides)).toEqual({ kind });
      expect(gateway.approvals).toEqual([]);
      expect(attempts()).toEqual([]);
    });

    it('hides from a stranger even that the amount is wrong', async () => {
      const { approve } = await readyOrder();
      const stranger = { kind: 'buyer', userId: UserId.of(8n) } as const;
      expect(await approve({ requester: stranger, amount: Money.zero })).toEqual({ kind: 'not-found' });
    });

    it('lets a trusted requester act for the buyer', async () => {
      const { approve } = await readyOrder();
      expect(await approve({ requester: { kind: 'trusted' } })).toMatchObject({ kind: 'approved' });
    });
  });

  describe('when the gateway declines', () => {
    it('fails the payment once, and says the same to the same key ever after', async () => {
      const { approve, gateway, payment, events } = await readyOrder();
      gateway.script('key-1', { answer: declined });
      expect(await approve()).toEqual(declined);
      expect(await approve()).toEqual(declined);
      expect((await payment())?.status).toBe('FAILED');
      expect(events()).toEqual(['payment.created', 'payment.failed']);
      expect(gateway.approvals).toHaveLength(1);
    });

    it('is over for any other key', async () => {
      const { approve, gateway } = await readyOrder();
      gateway.script('key-1', { answer: declined });
      await approve();
      expect(await approve({ paymentKey: 'key-2' })).toEqual({ kind: 'not-ready' });
    });
  });

  describe('when no money moved for another reason', () => {
    it.each([refused, notCharged])('stays READY after $kind, and can still be paid', async (outcome) => {
      const { approve, gateway, payment, events } = await readyOrder();
      gateway.script('key-1', { answer: outcome });
      expect(await approve()).toMatchObject({ kind: outcome.kind, pgCode: outcome.pgCode });
      expect((await payment())?.status).toBe('READY');
      expect(await approve()).toMatchObject({ kind: 'approved' });
      expect(events()).toEqual(['payment.created', 'payment.completed']);
      const [first, second] = gateway.approvals;
      expect(second?.idempotencyKey).not.toBe(first?.idempotencyKey);
    });
  });

  describe('when the answer was lost', () => {
    it('stays READY and unresolved, and a retry asks what became of it before it sends anything', async () => {
      const { approve, gateway, payment, attempts } = await readyOrder();
      gateway.script('key-1', { answer: unknown, charges: true });
      expect(await approve()).toMatchObject({ kind: 'unknown', retryAfterSeconds: expect.any(Number) });
      expect((await payment())?.status).toBe('READY');
      expect(attempts()).toEqual(['UNKNOWN']);

      expect(await approve()).toMatchObject({ kind: 'approved', replayed: false });
      expect([gateway.charges.length, gateway.approvals.length, gateway.lookUps.length]).toEqual([1, 1, 1]);
      expect(attempts()).toEqual(['SUCCEEDED']);
    });

    it('is sent again, with the same idempotency key, where the gateway says that nothing happened', async () => {
      const { approve, gateway } = await readyOrder();
      gateway.script('key-1', { answer: unknown, charges: false });
      await approve();
      expect(await approve()).toMatchObject({ kind: 'approved' });
      expect(gateway.charges).toHaveLength(1);
      expect(gateway.approvals).toHaveLength(2);
      expect(new Set(gateway.approvals.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    });

    it('keeps every other payment key away from the gateway until it is known', async () => {
      const { approve, gateway } = await readyOrder();
      gateway.script('key-1', { answer: unknown, charges: true });
      await approve();
      expect(await approve({ paymentKey: 'key-2' })).toMatchObject({ kind: 'in-progress' });
      expect(gateway.approvals.map(({ paymentKey }) => paymentKey)).toEqual(['key-1']);
    });

    it('is settled by the relay, and the retry replays what the relay found', async () => {
      const { approve, relay, clock, gateway, events } = await readyOrder();
      gateway.script('key-1', { answer: unknown, charges: true });
      await approve();
      await clock.advance(5_000);
      expect(await relay()).toEqual([expect.objectContaining({ outcome: 'approved' })]);
      expect(await approve()).toMatchObject({ kind: 'approved', replayed: true });
      expect(gateway.approvals).toHaveLength(1);
      expect(events()).toEqual(['payment.created', 'payment.completed']);
    });

    it('never becomes a failure by itself, however often the gateway cannot say', async () => {
      const { approve, relay, clock, gateway, payment, attempts } = await readyOrder();
      gateway.script('key-1', { answer: unknown });
      gateway.scriptLookUp('key-1', ...Array.from({ length: 20 }, () => unknown));
      await approve();
      for (let round = 0; round < 20; round++) {
        await clock.advance(60_000);
        expect(await relay()).toEqual([expect.objectContaining({ outcome: 'unknown' })]);
      }
      expect((await payment())?.status).toBe('READY');
      expect(attempts()).toEqual(['UNKNOWN']);
    });
  });

  describe('when a virtual account was issued', () => {
    it('is neither paid nor failed until the deposit is seen', async () => {
      const { approve, relay, clock, gateway, payment, events } = await readyOrder();
      gateway.script('key-1', { answer: awaitingDeposit });
      expect(await approve()).toMatchObject({ kind: 'awaiting-deposit' });
      expect((await payment())?.status).toBe('READY');
      expect(events()).toEqual(['payment.created']);

      const deposited: ApprovalOutcome = {
        kind: 'approved',
        pgTransactionId: 'deposit-1',
        approvedAt: clock.now(),
        method: '가상계좌',
        receiptUrl: null,
      };
      gateway.scriptLookUp('key-1', deposited);
      await clock.advance(60_000);
      await relay();
      expect((await payment())?.status).toBe('APPROVED');
    });
  });

  describe('approve, approve (the first still at the gateway)', () => {
    it('waits for the first and gives its answer', async () => {
      const { approve, gateway, clock } = await readyOrder({ autoAdvance: false });
      const release = gateway.hold();
      const first = approve();
      const second = approve();
      while (clock.sleeping === 0) await nextTurn();
      release();
      await first;
      await clock.advance(50);
      expect(await second).toMatchObject({ kind: 'approved', replayed: true });
      expect(gateway.charges).toHaveLength(1);
    });

    it('gives up waiting, and says when to come back', async () => {
      const { approve, gateway, clock } = await readyOrder({ autoAdvance: false });
      const release = gateway.hold();
      const first = approve();
      const second = approve();
      while (clock.sleeping === 0) await nextTurn();
      await clock.advance(3_000);
      expect(await second).toMatchObject({ kind: 'in-progress' });
      release();
      expect(await first).toMatchObject({ kind: 'approved' });
    });

    it('charges one of two payment keys, never both', async () => {
      const { approve, gateway, clock } = await readyOrder({ autoAdvance: false });
      const release = gateway.hold();
      const both = Promise.all([approve({ paymentKey: 'key-1' }), approve({ paymentKey: 'key-2' })]);
      while (clock.sleeping === 0) await nextTurn();
      release();
      // The winner's answer takes a few turns; the loser looks every 50 ms.
      for (let turn = 0; turn < 20; turn++) await clock.advance(50);
      expect((await both).map(({ kind }) => kind).sort()).toEqual(['already-approved', 'approved']);
      expect(gateway.charges).toHaveLength(1);
    });
  });

  describe('approve, killed before it could settle, approve', () => {
    it('leaves the attempt alone until its lease ends, then finishes it with the same idempotency key', async () => {
      const { approve, gateway, clock, database, events } = await readyOrder();
      // The process dies after the gateway charged and before anything of it is durable here.
      const killed = new Error('killed');
      const charge = gateway.approve.bind(gateway);
      gateway.approve = async (request) => {
        await charge(request);
        throw killed;
      };
      await expect(approve()).rejects.toBe(killed);
      gateway.approve = charge;

      expect(await approve()).toMatchObject({ kind: 'in-progress' });
      await clock.advance(LEASE_MS);
      expect(await approve()).toMatchObject({ kind: 'approved' });
      expect(gateway.charges).toHaveLength(1);
      expect(new Set(gateway.approvals.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
      expect(events()).toEqual(['payment.created', 'payment.completed']);
      expect([...database.tables.attempts.values()]).toHaveLength(1);
    });

    it('is finished by the relay when the buyer never comes back', async () => {
      const { approve, relay, gateway, clock, payment } = await readyOrder();
      const charge = gateway.approve.bind(gateway);
      gateway.approve = () => Promise.reject(new Error('killed'));
      await expect(approve()).rejects.toThrow('killed');
      gateway.approve = charge;
      expect(await relay()).toEqual([]);
      await clock.advance(LEASE_MS);
      // Toss was never reached: the buyer authenticated and asked to be charged, so the relay does what was asked.
      expect(await relay()).toEqual([expect.objectContaining({ outcome: 'approved' })]);
      expect((await payment())?.status).toBe('APPROVED');
    });
  });

  describe('approve, take over, settle as not charged, settle as approved', () => {
    it('believes the charge', async () => {
      const { approve, relay, gateway, clock, payment, attempts } = await readyOrder({ autoAdvance: false });
      const release = holdApprovals(gateway);
      const slow = approve();
      while (attempts().length === 0) await nextTurn();
      await clock.advance(LEASE_MS);
      gateway.scriptLookUp('key-1', notCharged);
      await relay();
      expect(attempts()).toEqual(['NOT_CHARGED']);

      release();
      expect(await slow).toMatchObject({ kind: 'approved' });
      expect((await payment())?.status).toBe('APPROVED');
      expect(attempts()).toEqual(['SUCCEEDED']);
    });
  });

  it('makes attempt, payment and event durable together or not at all', async () => {
    const { approve, gateway, database, events, payment, clock } = await readyOrder();
    await approve({ amount: Money.krw(1n) });
    const run = database.unitOfWork.run.bind(database.unitOfWork);
    let transactions = 0;
    database.unitOfWork.run = (work) =>
      // The second transaction of a confirm is the one that settles.
      ++transactions === 2
        ? run(async (tx) => {
            await work(tx);
            throw new Error('commit failed');
          })
        : run(work);
    await expect(approve()).rejects.toThrow('commit failed');
    expect(gateway.charges).toHaveLength(1);
    expect((await payment())?.status).toBe('READY');
    expect(events()).toEqual(['payment.created']);

    await clock.advance(LEASE_MS);
    expect(await approve()).toMatchObject({ kind: 'approved' });
    expect(gateway.charges).toHaveLength(1);
  });
});

/** Charges wait until the returned function is called; look-ups do not. */
function holdApprovals(gateway: FakePaymentGateway): () => void {
  const charge = gateway.approve.bind(gateway);
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  gateway.approve = async (request) => {
    await gate;
    return charge(request);
  };
  return release;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
