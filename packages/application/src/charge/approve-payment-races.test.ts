import { describe, expect, it } from '@jest/globals';
import { Money } from '@koosco/payment-domain';
import { type ApprovalReading } from '../ports/gateway/payment-gateway';
import { FakePaymentGateway } from '../testing';
import { LEASE_MS, readyOrder } from '../testing/ready-order';

const unknown = { kind: 'unknown', pgCode: null, reason: 'no answer' } as const;
const charge = {
  kind: 'approved',
  pgTransactionId: 'tx-1',
  approvedAt: new Date('2026-01-15T09:00:01.000Z'),
  method: '카드',
  receiptUrl: null,
} as const;
const notCharged = { kind: 'not-charged', cause: 'unavailable', pgCode: null, pgMessage: null } as const;

describe('ApprovePaymentUseCase, raced and killed', () => {
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
      gateway.approve = async (request, permit) => {
        await charge(request, permit);
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

  describe('approve, take over, and then the first worker comes back', () => {
    async function takenOver(reading: ApprovalReading) {
      const world = await readyOrder({ autoAdvance: false });
      const release = holdApprovals(world.gateway);
      const slow = world.approve();
      while (world.attempts().length === 0) await nextTurn();
      await world.clock.advance(LEASE_MS);
      world.gateway.approve = FakePaymentGateway.prototype.approve.bind(world.gateway);
      world.gateway.scriptLookUp('key-1', reading);
      await world.relay();
      return { ...world, slow, release };
    }

    it('sends nothing when it did not send before', async () => {
      const { slow, release, gateway, attempts } = await takenOver(unknown);
      release();
      expect(await slow).toMatchObject({ kind: 'unknown' });
      expect(gateway.approvals).toEqual([]);
      expect(attempts()).toEqual(['UNKNOWN']);
    });

    it('settles nothing, except that the money moved', async () => {
      for (const [said, status] of [
        [notCharged, 'UNKNOWN'],
        [unknown, 'UNKNOWN'],
        [charge, 'SUCCEEDED'],
      ] as const) {
        const world = await readyOrder({ autoAdvance: false });
        let answer: () => void = () => undefined;
        world.gateway.approve = () => new Promise((resolve) => (answer = () => resolve(said)));
        const slow = world.approve();
        while (world.attempts().length === 0) await nextTurn();
        await world.clock.advance(LEASE_MS);
        world.gateway.approve = FakePaymentGateway.prototype.approve.bind(world.gateway);
        world.gateway.scriptLookUp('key-1', unknown);
        await world.relay();
        const before = world.database.tables.attempts.values().next().value;
        answer();
        await slow;
        expect(world.attempts()).toEqual([status]);
        if (said !== charge) expect(world.database.tables.attempts.values().next().value).toEqual(before);
      }
    });
  });

  it('renews the lease for as long as it works, so that nobody takes over from the living', async () => {
    const { approve, gateway, clock, renewals, relay, attempts } = await readyOrder({ autoAdvance: false });
    const release = gateway.hold();
    const slow = approve();
    while (attempts().length === 0) await nextTurn();
    for (let second = 0; second < 60; second++) {
      await clock.advance(1_000);
      await renewals.advance(1_000);
      expect(await relay()).toEqual([]);
    }
    release();
    expect(await slow).toMatchObject({ kind: 'approved' });
    // Nothing is left behind that would keep the process from ending.
    await nextTurn();
    expect(renewals.sleeping).toBe(0);
  });

  describe('approve, with another payment key, on an attempt that nobody works on', () => {
    it.each([
      { answer: unknown, kind: 'in-progress' },
      { answer: { kind: 'awaiting-deposit', account: null } as const, kind: 'awaiting-other-deposit' },
    ])('is told at once why, while it is $answer.kind', async ({ answer, kind }) => {
      const { approve, gateway, clock } = await readyOrder();
      gateway.script('key-1', { answer });
      await approve();
      const before = clock.now();
      expect(await approve({ paymentKey: 'key-2' })).toMatchObject({ kind });
      expect(clock.now()).toEqual(before);
    });
  });

  it('lets a hundred confirms wait with one statement a look', async () => {
    const { approve, gateway, clock, database, attempts } = await readyOrder({ autoAdvance: false });
    let looks = 0;
    const glimpse = database.reader.glimpseAttempts.bind(database.reader);
    database.reader.glimpseAttempts = (ids) => {
      looks += 1;
      return glimpse(ids);
    };
    const release = gateway.hold();
    const all = Array.from({ length: 100 }, () => approve());
    while (attempts().length === 0 || clock.sleeping === 0) await nextTurn();
    for (let turn = 0; turn < 20; turn++) await clock.advance(50);
    release();
    for (let turn = 0; turn < 5; turn++) await clock.advance(50);
    expect(new Set((await Promise.all(all)).map(({ kind }) => kind))).toEqual(new Set(['approved']));
    expect(looks).toBeLessThanOrEqual(25);
    expect(gateway.charges).toHaveLength(1);
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
  gateway.approve = async (request, permit) => {
    await gate;
    return charge(request, permit);
  };
  return release;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
