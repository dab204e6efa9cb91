import { expect, it } from '@jest/globals';
import { PaymentIdempotency } from '@koosco/payment-domain';
import { type ConformingDatabase } from './conforming-database';
import { createKey, freshOrderId } from './examples';
import { race } from './race';

export function describeIdempotency(subject: () => ConformingDatabase): void {
  const insert = (...entries: PaymentIdempotency[]): Promise<readonly boolean[]> =>
    subject().unitOfWork.run((tx) => tx.idempotency.insertNew(entries));

  it('tells new entries from seen ones, in order, and the same twice in one call is new once', async () => {
    const orderId = freshOrderId();
    const [first, second] = [createKey(orderId, 'a'), createKey(orderId, 'b')];
    expect(await insert(first)).toEqual([true]);
    expect(await insert(second, first, second)).toEqual([true, false, false]);
  });

  it('takes keys that differ in case, in trailing spaces, or in nothing but the order or action, for different ones', async () => {
    const orderId = freshOrderId();
    const keys = ['key', 'KEY', 'key ', 'ke\u0301y', 'k\u00e9y'].map((key) => createKey(orderId, key));
    expect(await insert(...keys)).toEqual([true, true, true, true, true]);
    expect(await insert(createKey(freshOrderId(), 'key'))).toEqual([true]);
    expect(await insert(PaymentIdempotency.of(orderId, 'APPROVE', 'key'))).toEqual([true]);
  });

  it('keeps a key of the greatest length whole', async () => {
    const orderId = freshOrderId();
    const longest = '열'.repeat(PaymentIdempotency.keyLengthMax - 1);
    expect(await insert(createKey(orderId, `${longest}a`), createKey(orderId, `${longest}b`))).toEqual([true, true]);
    expect(await insert(createKey(orderId, `${longest}b`))).toEqual([false]);
  });

  it('insert, insert, commit: the second waits and is a duplicate', async () => {
    const entry = createKey(freshOrderId(), 'raced');
    const [first, second] = await race(subject(), (tx) => tx.idempotency.insertNew([entry]));
    expect([first.result, second.result]).toEqual([[true], [false]]);
  });

  it('insert, insert, roll back: the second waits and is new', async () => {
    const entry = createKey(freshOrderId(), 'raced');
    const [first, second] = await race(subject(), (tx) => tx.idempotency.insertNew([entry]), { firstFails: true });
    expect(first.error).toEqual(new Error('planned'));
    expect(second.result).toEqual([true]);
  });
}
