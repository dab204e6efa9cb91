import { Money, OrderId, UserId } from '@koosco/payment-domain';
import { ApprovalSettlement } from '../approval-settlement';
import { type ApprovePaymentCommand, ApprovePaymentUseCase } from '../approve-payment-use-case';
import { CreatePaymentUseCase } from '../create-payment-use-case';
import { SettleAttemptsUseCase } from '../settle-attempts-use-case';
import { FakeClock } from './fake-clock';
import { FakePaymentGateway } from './fake-payment-gateway';
import { InMemoryDatabase } from './in-memory-database';
import { SequentialIds } from './sequential-ids';

export const orderId = OrderId.of(123n);
export const amount = Money.krw(10_000n);
export const LEASE_MS = 90_000;

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
