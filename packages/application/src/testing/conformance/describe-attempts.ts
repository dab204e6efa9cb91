import { describe, expect, it } from '@jest/globals';
import { type PaymentAttempt } from '@koosco/payment-domain';
import { randomUUID } from 'node:crypto';
import { type ConformingDatabase } from './conforming-database';
import { later, muchLater, newAttempt, newPayment, now, refused, stored } from './examples';
import { race } from './race';

export function describeAttempts(subject: () => ConformingDatabase): void {
  const insert = (attempt: PaymentAttempt): Promise<void> =>
    subject().unitOfWork.run((tx) => tx.attempts.insert(attempt));
  const save = (attempt: PaymentAttempt, fence = 0): Promise<boolean> =>
    subject().unitOfWork.run((tx) => tx.attempts.save(attempt, { fence }));
  const by = { fence: 0, nextLookAt: muchLater };

  it('gives back every field as it was stored and then changed', async () => {
    const payment = await stored(subject(), newPayment());
    const attempt = newAttempt(payment);
    await insert(attempt);
    expect(await subject().reader.findAttempt(attempt.state.attemptId)).toEqual(attempt);
    const unknown = attempt.settle(
      { kind: 'unknown', pgCode: 'X', reason: '응답 없음' },
      {
        ...by,
        send: {
          keySlot: 'second',
          credential: 'other',
          unanswered: false,
          answerCode: 'PROVIDER_ERROR',
          isUnclear: true,
          mayArriveUntil: later,
        },
      },
      later,
    );
    expect(await save(unknown)).toBe(true);
    await subject().unitOfWork.run(async (tx) => {
      expect(await tx.attempts.findForUpdate(attempt.state.attemptId)).toEqual(unknown);
      expect(await tx.attempts.findUnresolved(payment.state.orderId)).toEqual(unknown);
    });
  });

  it('shows a payment together with the attempt that is not settled, and with no other', async () => {
    const payment = await stored(subject(), newPayment());
    const { paymentId, orderId } = payment.state;
    const view = async () => {
      const byId = await subject().reader.viewById(paymentId);
      expect(await subject().reader.viewByOrderId(orderId)).toEqual(byId);
      return byId;
    };
    const rest = { transactions: [], openRefunds: [] };
    expect(await view()).toEqual({ payment, openAttempt: null, ...rest });

    const attempt = newAttempt(payment);
    await insert(attempt);
    const since = attempt.state.createdAt;
    expect(await view()).toEqual({
      payment,
      openAttempt: { status: 'IN_FLIGHT', since, virtualAccount: null },
      ...rest,
    });

    const account = { bank: '신한은행', accountNumber: 'X6505636518308', holder: '김토스', dueAt: muchLater };
    const awaiting = attempt.settle({ kind: 'awaiting-deposit', account }, by, later);
    await save(awaiting);
    expect(await view()).toEqual({
      payment,
      openAttempt: { status: 'AWAITING_DEPOSIT', since, virtualAccount: account },
      ...rest,
    });
    expect(await subject().reader.findAttempt(attempt.state.attemptId)).toEqual(awaiting);

    const looking = awaiting.takeOver(later, muchLater);
    await save(looking);
    await save(looking.settle(refused, { ...by, fence: 1 }, later), 1);
    expect(await view()).toEqual({ payment, openAttempt: null, ...rest });
    expect(await subject().reader.viewById(newPayment().state.paymentId)).toBeNull();
  });

  it('finds nothing where there is nothing', async () => {
    const { state } = await stored(subject(), newPayment());
    await subject().unitOfWork.run(async (tx) => {
      expect(await tx.attempts.findForUpdate(randomUUID())).toBeNull();
      expect(await tx.attempts.findUnresolved(state.orderId)).toBeNull();
      expect(await tx.attempts.findLatest(state.paymentId, 'key')).toBeNull();
    });
  });

  it('refuses a second unresolved attempt of a payment, and takes it once the first is settled', async () => {
    const payment = await stored(subject(), newPayment());
    const first = newAttempt(payment);
    await insert(first);
    const second = newAttempt(payment);
    await expect(insert(second)).rejects.toThrow();
    expect(await subject().reader.findAttempt(second.state.attemptId)).toBeNull();

    await save(first.settle(refused, by, later));
    await insert(second);
    await subject().unitOfWork.run(async (tx) => {
      expect(await tx.attempts.findUnresolved(payment.state.orderId)).toEqual(second);
      expect(await tx.attempts.findLatest(payment.state.paymentId, 'key')).toEqual(second);
    });
  });

  it('insert, insert, commit: two attempts of one payment at the same time leave one', async () => {
    const payment = await stored(subject(), newPayment());
    const [first, second] = await race(subject(), (tx) => tx.attempts.insert(newAttempt(payment)));
    expect(first.error).toBeUndefined();
    expect(second.error).toBeInstanceOf(Error);
  });

  it('refuses an attempt of a payment that is not there', async () => {
    await expect(insert(newAttempt(newPayment()))).rejects.toThrow();
  });

  it('changes an attempt only for whoever knows its newest fencing token', async () => {
    const attempt = newAttempt(await stored(subject(), newPayment()), now);
    await insert(attempt);
    const taken = attempt.takeOver(now, muchLater);
    expect(await save(taken)).toBe(true);
    expect(await save(attempt.settle(refused, by, later))).toBe(false);
    expect(await subject().reader.findAttempt(attempt.state.attemptId)).toEqual(taken);
  });

  it('take over, take over: of two that read the same attempt one owns it', async () => {
    const attempt = newAttempt(await stored(subject(), newPayment()), now);
    await insert(attempt);
    const [first, second] = await race(subject(), (tx) =>
      tx.attempts.save(attempt.takeOver(now, muchLater), { fence: 0 }),
    );
    expect([first.result, second.result ?? false]).toEqual([true, false]);
    expect((await subject().reader.findAttempt(attempt.state.attemptId))?.state.fence).toBe(1);
  });

  it('locks what was read for update until the transaction ends', async () => {
    const attempt = newAttempt(await stored(subject(), newPayment()), now);
    await insert(attempt);
    await subject().unitOfWork.run(async (tx) => {
      await tx.attempts.findForUpdate(attempt.state.attemptId);
      const query = { status: 'IN_FLIGHT', leaseMs: 1_000, limit: 1_000 } as const;
      const taken = await subject().unitOfWork.run((other) => other.attempts.takeOverDue(query));
      expect(taken.map(({ state }) => state.attemptId)).not.toContain(attempt.state.attemptId);
    });
  });

  it('tells the database’s time, within the minute of everybody else’s', async () => {
    const told = await subject().unitOfWork.run((tx) => tx.now());
    expect(Math.abs(told.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('hands out what is due of one status, the longest waiting first, under the next token, and nothing else', async () => {
    const due = async (dueAt: Date): Promise<string> => {
      const attempt = newAttempt(await stored(subject(), newPayment()), dueAt);
      await insert(attempt);
      return attempt.state.attemptId;
    };
    // Longer ago than what other tests leave behind.
    const at = (seconds: number): Date => new Date(Date.UTC(2001, 0, 1, 0, 0, seconds));
    const ids = [await due(at(3)), await due(at(1)), await due(at(2)), await due(muchLater)];
    const settled = newAttempt(await stored(subject(), newPayment()), at(0));
    await insert(settled);
    await save(settled.settle(refused, { fence: 0, nextLookAt: at(0) }, at(0)));

    const take = (limit: number, status: 'IN_FLIGHT' | 'REFUSED' = 'IN_FLIGHT'): Promise<readonly PaymentAttempt[]> =>
      subject().unitOfWork.run((tx) => tx.attempts.takeOverDue({ status, leaseMs: 60_000, limit }));
    const taken = await take(2);
    expect(taken.map(({ state }) => state.attemptId)).toEqual([ids[1], ids[2]]);
    expect(await subject().reader.findAttempt(ids[1]!)).toEqual(taken[0]);
    expect(taken[0]?.state).toMatchObject({ fence: 1, leasedUntil: taken[0]?.state.dueAt });
    const rest = (await take(1_000)).map(({ state }) => state.attemptId);
    expect(rest[0]).toBe(ids[0]);
    expect(rest).not.toContain(ids[3]);
    expect((await take(1, 'REFUSED')).map(({ state }) => state.attemptId)).toEqual([settled.state.attemptId]);
    // Leased by the database's clock.
    const glimpses = await subject().reader.glimpseAttempts([ids[1]!, settled.state.attemptId, randomUUID()]);
    expect([...glimpses]).toEqual(
      expect.arrayContaining([
        [ids[1], { status: 'IN_FLIGHT', fence: 1, isLeased: true }],
        [settled.state.attemptId, { status: 'REFUSED', fence: 1, isLeased: true }],
      ]),
    );
    expect(glimpses.size).toBe(2);
  });

  it('take, take: two relays never hold the same attempt, and neither waits', async () => {
    const query = { status: 'IN_FLIGHT', leaseMs: 60_000, limit: 1 } as const;
    for (const _ of [1, 2]) await insert(newAttempt(await stored(subject(), newPayment()), new Date(0)));
    await subject().unitOfWork.run(async (first) => {
      const [one] = await first.attempts.takeOverDue(query);
      const [other] = await subject().unitOfWork.run((second) => second.attempts.takeOverDue(query));
      expect(one?.state.attemptId).toEqual(expect.any(String));
      expect(other?.state.attemptId).toEqual(expect.any(String));
      expect(other?.state.attemptId).not.toBe(one?.state.attemptId);
    });
  });

  describe('between two transactions', () => {
    const send = (attempt: PaymentAttempt) => ({ ...attempt.state.send, keySlot: 'second' as const, answerCode: 'X' });
    const ownershipOf = ({ state: { attemptId } }: PaymentAttempt, fence = 0) => ({ attemptId, fence });

    it('renews the leases of their owner, all at once, and tells which were lost', async () => {
      const mine = newAttempt(await stored(subject(), newPayment()), now);
      const lost = newAttempt(await stored(subject(), newPayment()), now);
      const over = newAttempt(await stored(subject(), newPayment()), now);
      for (const attempt of [mine, lost, over]) await insert(attempt);
      await save(lost.takeOver(now, muchLater));
      await save(over.settle(refused, by, later));
      const kept = await subject().leases.renew(
        [mine, lost, over].map((attempt) => ownershipOf(attempt)),
        60_000,
      );
      expect([...kept]).toEqual([mine.state.attemptId]);
      const { leasedUntil, dueAt } = (await subject().reader.findAttempt(mine.state.attemptId))!.state;
      expect(dueAt).toEqual(leasedUntil);
      expect(leasedUntil!.getTime()).toBeGreaterThan(Date.now());
      expect((await subject().reader.findAttempt(over.state.attemptId))!.state.leasedUntil).toBeNull();
    });

    it('records a request for the owner alone', async () => {
      const attempt = newAttempt(await stored(subject(), newPayment()), now);
      await insert(attempt);
      expect(await subject().leases.recordSend(ownershipOf(attempt), send(attempt), 60_000)).toBe(true);
      const recorded = (await subject().reader.findAttempt(attempt.state.attemptId))!;
      expect(recorded.state.send).toEqual(send(attempt));
      await save(recorded.settle({ kind: 'unknown', pgCode: null, reason: '' }, { ...by, nextLookAt: now }, later));
      expect(await subject().leases.recordSend(ownershipOf(attempt), attempt.state.send, 60_000)).toBe(false);
      expect((await subject().reader.findAttempt(attempt.state.attemptId))!.state.send).toEqual(send(attempt));
    });
  });

  it('keeps a charge that its payment could not take, once', async () => {
    const payment = await stored(subject(), newPayment());
    const attempt = newAttempt(payment);
    await insert(attempt);
    const { attemptId, paymentId, orderId, paymentKey, amount } = attempt.state;
    const charge = {
      ...{ attemptId, paymentId, orderId, paymentKey, amount },
      pgTransactionId: 'charge-1',
      approvedAt: later,
      reason: 'the payment is FAILED',
      foundAt: later,
    };
    for (const _ of ['once', 'again']) await subject().unitOfWork.run((tx) => tx.unappliedCharges.record(charge));
    expect(await subject().unappliedChargesOf(paymentId)).toEqual([charge]);
  });
}
