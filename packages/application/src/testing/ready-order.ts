import { Money, OrderId, UserId } from '@koosco/payment-domain';
import { type ApprovePaymentCommand } from '../charge/approve-payment-use-case';
import { type CancelPaymentCommand } from '../refund/cancel-payment-use-case';
import { type CarriedOutRefund } from '../refund/carry-out-refunds-use-case';
import { type SettledAttempt } from '../settle/settle-attempts-use-case';
import { FakeClock } from './fake-clock';
import { FakeRefundGateway } from './fake-refund-gateway';
import { FakePaymentGateway } from './fake-payment-gateway';
import { InMemoryDatabase } from './in-memory/in-memory-database';
import { paymentUseCases } from './payment-worker';
import { SequentialIds } from './sequential-ids';

export const orderId = OrderId.of(123n);
export const amount = Money.krw(10_000n);
export const LEASE_MS = 6_000;

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
export async function readyOrder({ autoAdvance = true, placed = true } = {}) {
  const clock = new FakeClock({ autoAdvance });
  const database = new InMemoryDatabase(clock);
  const ids = new SequentialIds();
  const gateway = new FakePaymentGateway();
  const refundGateway = new FakeRefundGateway(gateway);
  // Nobody renews unless a test lets this clock go: what is killed here does not really stop.
  const renewals = new FakeClock({ now: clock.now() });
  const heard: SettledAttempt[] = [];
  const refundsHeard: CarriedOutRefund[] = [];
  const { create, approve, cancel, cancelOrder, requestRefund, expire, settle, carryOut } = paymentUseCases(
    database,
    { payments: gateway, refunds: refundGateway, books: refundGateway },
    { clock, renewals, leaseMs: LEASE_MS, waitForOtherMs: 3_000 },
    ids,
    { settled: (settled) => heard.push(settled), carriedOut: (refund) => refundsHeard.push(refund) },
  );
  const { reader } = database;
  const order = { orderId, userId: UserId.of(7n), amount, orderName: '주문 123', correlationId: 'saga-1' };
  const place = (causationId = 'event-1') => create.execute([{ ...order, causationId }]);
  if (placed) await place();
  return {
    place,
    refundGateway,
    cancel: async (overrides: Partial<CancelPaymentCommand> = {}) => {
      const paymentId = overrides.paymentId ?? (await reader.findByOrderId(orderId))?.state.paymentId;
      if (paymentId === undefined) throw new Error('the order is not placed');
      const requester = { kind: 'buyer', userId: UserId.of(7n) } as const;
      const defaults = { requester, amount: null, reason: '단순 변심', wishId: null, correlationId: 'request-2' };
      return cancel.execute({ ...defaults, paymentId, ...overrides });
    },
    cancelOrder: (causationId = 'cancelled-1') =>
      cancelOrder.execute({ orderId, reason: 'USER_REQUEST', correlationId: 'saga-1', causationId }),
    requestRefund: (krw: bigint, causationId = 'refund-1', userId: bigint | null = 7n) =>
      requestRefund.execute({
        orderId,
        userId: userId === null ? null : UserId.of(userId),
        amount: Money.krw(krw),
        reason: '반품',
        correlationId: 'saga-1',
        causationId,
      }),
    /** One look of the relay at the refunds that are due, and what it heard. */
    relayRefunds: async () => {
      await carryOut.takeDue();
      await carryOut.drain();
      return refundsHeard.splice(0);
    },
    expire: (ageMs: number) => expire.expireOlderThan(ageMs),
    refunds: () => [...database.tables.refunds.values()].map(({ status }) => status),
    clock,
    gateway,
    database,
    approve: (overrides: Partial<ApprovePaymentCommand> = {}) => approve.execute(confirm(overrides)),
    /** Lets the keeper of the leases live on for this long. */
    renewals,
    /** One look of the relay at what is due, and what it heard. */
    relay: async () => {
      await settle.takeDue();
      await settle.drain();
      return heard.splice(0);
    },
    payment: async () => (await reader.findByOrderId(orderId))?.state,
    events: () => database.tables.events.map(({ type }) => type),
    attempts: () => [...database.tables.attempts.values()].map(({ status }) => status),
  };
}
