import { expect, it } from '@jest/globals';
import { type PaymentAttempt } from '@koosco/payment-domain';
import { randomUUID } from 'node:crypto';
import { type ConformingDatabase } from './conforming-database';
import { approvedOutcome, later, muchLater, newAttempt, newPayment, refused, stored } from './examples';
import { race } from './race';

export function describeAttempts(subject: () => ConformingDatabase): void {
  const insert = (attempt: PaymentAttempt): Promise<void> =>
    subject().unitOfWork.run((tx) => tx.attempts.insert(attempt));
  const save = (attempt: PaymentAttempt): Promise<void> => subject().unitOfWork.run((tx) => tx.attempts.save(attempt));

  it('gives back every field as it was stored and then changed', async () => {
    const payment = await stored(subject(), newPayment());
    const attempt = newAttempt(payment);
    await insert(attempt);
    expect(await subject().reader.findAttempt(attempt.state.attemptId)).toEqual(attempt);
    const unknown = attempt.settle({ kind: 'unknown', pgCode: 'X', reason: '응답 없음' }, later, muchLater);
    await save(unknown);
    await subject().unitOfWork.run(async (tx) => {
      expect(await tx.attempts.find(attempt.state.attemptId)).toEqual(unknown);
      expect(await tx.attempts.findUnresolved(payment.state.paymentId)).toEqual(unknown);
    });
  });

  it('finds nothing where there is nothing', async () => {
    const { state } = await stored(subject(), newPayment());
    await subject().unitOfWork.run(async (tx) => {
      expect(await tx.attempts.find(randomUUID())).toBeNull();
      expect(await tx.attempts.findUnresolved(state.paymentId)).toBeNull();
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

    await save(first.settle(refused, later, muchLater));
    await insert(second);
    await subject().unitOfWork.run(async (tx) => {
      expect(await tx.attempts.findUnresolved(payment.state.paymentId)).toEqual(second);
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

  it('never changes what is settled, except that money moved after all', async () => {
    const payment = await stored(subject(), newPayment());
    const attempt = newAttempt(payment);
    await insert(attempt);
    const settled = attempt.settle(refused, later, muchLater);
    await save(settled);
    await expect(save(attempt.settle({ ...refused, kind: 'declined' }, later, muchLater))).rejects.toThrow('settled');
    await save(settled.settle(approvedOutcome, later, muchLater));
    await expect(save(settled)).rejects.toThrow('settled');
    expect((await subject().reader.findAttempt(attempt.state.attemptId))?.state.status).toBe('SUCCEEDED');
  });

  it('hands out what is due, the longest waiting first, leased and counted, and nothing else', async () => {
    const due = async (dueAt: Date): Promise<string> => {
      const attempt = newAttempt(await stored(subject(), newPayment()), dueAt);
      await insert(attempt);
      return attempt.state.attemptId;
    };
    // A time of its own: other tests leave due attempts behind.
    const at = (seconds: number): Date => new Date(Date.UTC(2001, 0, 1, 0, 0, seconds));
    const ids = [await due(at(3)), await due(at(1)), await due(at(2)), await due(at(9))];
    const settled = newAttempt(await stored(subject(), newPayment()), at(0));
    await insert(settled);
    await save(settled.settle(refused, at(0), at(0)));

    const take = (limit: number): Promise<readonly PaymentAttempt[]> =>
      subject().unitOfWork.run((tx) => tx.attempts.takeOverDue({ now: at(5), leasedUntil: at(60), limit }));
    const taken = await take(2);
    expect(taken.map(({ state }) => state.attemptId)).toEqual([ids[1], ids[2]]);
    expect(await subject().reader.findAttempt(ids[1]!)).toEqual(taken[0]);
    expect(taken[0]?.state).toMatchObject({ takeovers: 1, leasedUntil: at(60), dueAt: at(60), updatedAt: at(5) });
    expect((await take(10)).map(({ state }) => state.attemptId)).toEqual([ids[0]]);
    expect(await take(10)).toEqual([]);
  });

  it('take, take: two relays never hold the same attempt, and neither waits', async () => {
    const at = new Date(Date.UTC(2000, 0, 1));
    const query = { now: at, leasedUntil: muchLater, limit: 1 };
    for (const _ of [1, 2]) await insert(newAttempt(await stored(subject(), newPayment()), at));
    await subject().unitOfWork.run(async (first) => {
      const [one] = await first.attempts.takeOverDue(query);
      const [other] = await subject().unitOfWork.run((second) => second.attempts.takeOverDue(query));
      expect(one?.state.attemptId).toEqual(expect.any(String));
      expect(other?.state.attemptId).toEqual(expect.any(String));
      expect(other?.state.attemptId).not.toBe(one?.state.attemptId);
      expect(await subject().unitOfWork.run((third) => third.attempts.takeOverDue(query))).toEqual([]);
    });
  });
}
