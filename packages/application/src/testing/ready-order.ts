import { Money, OrderId, UserId } from '@koosco/payment-domain';
import { ApprovalSettlement } from '../charge/approval-settlement';
import { AttemptExecution } from '../charge/attempt-execution';
import { AttemptWatch } from '../charge/attempt-watch';
import { LeaseKeeper } from '../settle/lease-keeper';
import { type ApprovePaymentCommand, ApprovePaymentUseCase } from '../charge/approve-payment-use-case';
import { CreatePaymentUseCase } from '../create/create-payment-use-case';
import { type SettledAttempt, SettleAttemptsUseCase } from '../settle/settle-attempts-use-case';
import { FakeClock } from './fake-clock';
import { FakePaymentGateway } from './fake-payment-gateway';
import { InMemoryDatabase } from './in-memory-database';
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
export async function readyOrder({ autoAdvance = true } = {}) {
  const clock = new FakeClock({ autoAdvance });
  const database = new InMemoryDatabase(clock);
  const ids = new SequentialIds();
  const gateway = new FakePaymentGateway();
  const settlement = new ApprovalSettlement(ids);
  const { unitOfWork, reader, leases } = database;
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
  // Nobody renews unless a test lets this clock go: what is killed here does not really stop.
  const renewals = new FakeClock({ now: clock.now() });
  const keeper = new LeaseKeeper(leases, { ...spy(clock), sleep: renewals.sleep.bind(renewals) }, LEASE_MS);
  const execution = new AttemptExecution(unitOfWork, gateway, settlement, keeper);
  const watch = new AttemptWatch(reader, clock);
  const times = { waitForOtherMs: 3_000 };
  const approvePayment = new ApprovePaymentUseCase(unitOfWork, gateway, execution, watch, clock, ids, times);
  const heard: SettledAttempt[] = [];
  const settleAttempts = new SettleAttemptsUseCase(unitOfWork, execution, clock, (settled) => heard.push(settled));
  return {
    clock,
    gateway,
    database,
    approve: (overrides: Partial<ApprovePaymentCommand> = {}) => approvePayment.execute(confirm(overrides)),
    /** Lets the keeper of the leases live on for this long. */
    renewals,
    /** One look of the relay at what is due, and what it heard. */
    relay: async () => {
      await settleAttempts.takeDue();
      await settleAttempts.drain();
      return heard.splice(0);
    },
    payment: async () => (await reader.findByOrderId(orderId))?.state,
    events: () => database.tables.events.map(({ type }) => type),
    attempts: () => [...database.tables.attempts.values()].map(({ status }) => status),
  };
}

function spy(clock: FakeClock) {
  return { now: () => clock.now(), elapsedMs: () => clock.elapsedMs() };
}
