import { describe, expect, it } from '@jest/globals';
import { orderId, readyOrder } from '../testing/ready-order';

const HOUR_MS = 3_600_000;
const noAnswer = { kind: 'unknown', pgCode: null, reason: '' } as const;

describe('ExpirePaymentsUseCase', () => {
  it('lets a payment fail that nobody paid in time, and says so once', async () => {
    const world = await readyOrder();
    expect(await world.expire(HOUR_MS)).toEqual([]);
    await world.clock.advance(HOUR_MS + 1);
    expect([await world.expire(HOUR_MS), await world.expire(HOUR_MS)]).toEqual([[orderId], []]);
    expect(await world.payment()).toMatchObject({ status: 'FAILED', sequence: 2 });
    const [, failed] = world.database.tables.events;
    expect(failed).toMatchObject({ type: 'payment.failed', data: { reason: 'EXPIRED', cancelledAmount: 0n } });
    expect(await world.approve()).toEqual({ kind: 'not-ready' });
    expect(world.gateway.charges).toEqual([]);
  });

  it('waits until the gateway was asked, where anybody has tried, and lets what it charged stand', async () => {
    const world = await readyOrder();
    world.gateway.script('key-1', { answer: noAnswer, charges: true });
    await world.approve();
    await world.clock.advance(2 * HOUR_MS);
    expect(await world.expire(HOUR_MS)).toEqual([]);
    await world.relay();
    expect(await world.expire(HOUR_MS)).toEqual([]);
    expect(await world.payment()).toMatchObject({ status: 'APPROVED' });
  });

  it('waits for the last look at an attempt that charged nothing', async () => {
    const world = await readyOrder();
    world.gateway.script('key-1', { answer: { kind: 'refused', pgCode: 'X', pgMessage: '' } });
    await world.approve();
    await world.clock.advance(2 * HOUR_MS);
    expect(await world.expire(HOUR_MS)).toEqual([]);
    world.gateway.scriptLookUp('key-1', { kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT', pgMessage: '' });
    await world.relay();
    expect(await world.expire(HOUR_MS)).toEqual([orderId]);
  });
});
