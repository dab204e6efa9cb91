import { Money, OrderId, UserId } from '@koosco/payment-domain';
import { ApprovalSettlement } from '../charge/approval-settlement';
import { AttemptExecution } from '../charge/attempt-execution';
import { AttemptWatch } from '../charge/attempt-watch';
import { LeaseKeeper } from '../settle/lease-keeper';
import { type ApprovePaymentCommand, ApprovePaymentUseCase } from '../charge/approve-payment-use-case';
import { CreatePaymentUseCase } from '../create/create-payment-use-case';
import { type SettledAttempt, SettleAttemptsUseCase } from '../settle/settle-attempts-use-case';
import { ExpirePaymentsUseCase } from '../expire/expire-payments-use-case';
import { CancelOrderUseCase } from '../refund/cancel-order-use-case';
import { type CancelPaymentCommand, CancelPaymentUseCase } from '../refund/cancel-payment-use-case';
import { type CarriedOutRefund, CarryOutRefundsUseCase } from '../refund/carry-out-refunds-use-case';
import { RefundClaims } from '../refund/refund-claims';
import { RefundExecution } from '../refund/refund-execution';
import { RefundSettlement } from '../refund/refund-settlement';
import { RequestRefundUseCase } from '../refund/request-refund-use-case';
import { FakeClock } from './fake-clock';
import { FakeRefundGateway } from './fake-refund-gateway';
import { FakePaymentGateway } from './fake-payment-gateway';
import { InMemoryDatabase } from './in-memory/in-memory-database';
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
  const settlement = new ApprovalSettlement(ids, 'test');
  const { unitOfWork, reader, leases } = database;
  const createPayment = new CreatePaymentUseCase(unitOfWork, clock, ids, 'test');
  const order = { orderId, userId: UserId.of(7n), amount, orderName: '주문 123', correlationId: 'saga-1' };
  const place = (causationId = 'event-1') => createPayment.execute([{ ...order, causationId }]);
  if (placed) await place();
  // Nobody renews unless a test lets this clock go: what is killed here does not really stop.
  const renewals = new FakeClock({ now: clock.now() });
  const keeper = new LeaseKeeper(leases, { ...spy(clock), sleep: renewals.sleep.bind(renewals) }, LEASE_MS);
  const execution = new AttemptExecution(unitOfWork, gateway, settlement, keeper);
  const watch = new AttemptWatch(reader, clock);
  const times = { waitForOtherMs: 3_000 };
  const approvePayment = new ApprovePaymentUseCase(unitOfWork, gateway, execution, watch, clock, ids, times);
  const heard: SettledAttempt[] = [];
  const settleAttempts = new SettleAttemptsUseCase(unitOfWork, execution, clock, (settled) => heard.push(settled));

  const refundGateway = new FakeRefundGateway(gateway);
  const claims = new RefundClaims(unitOfWork, refundGateway, clock, LEASE_MS);
  const refundKeeper = new LeaseKeeper(
    database.refundLeases,
    { ...spy(clock), sleep: renewals.sleep.bind(renewals) },
    LEASE_MS,
  );
  const refundSettlement = new RefundSettlement(ids, 'test');
  const refundExecution = new RefundExecution(unitOfWork, refundGateway, refundSettlement, refundKeeper, clock);
  const cancelPayment = new CancelPaymentUseCase(unitOfWork, reader, claims, refundExecution, clock, ids, times);
  const refundsHeard: CarriedOutRefund[] = [];
  const carryOutRefunds = new CarryOutRefundsUseCase(database.refundReader, claims, refundExecution, (refund) =>
    refundsHeard.push(refund),
  );
  const cancelOrder = new CancelOrderUseCase(unitOfWork, ids, 'test');
  const requestRefund = new RequestRefundUseCase(unitOfWork, ids);
  const expirePayments = new ExpirePaymentsUseCase(unitOfWork, database.expiryReader, ids, 'test');
  return {
    place,
    refundGateway,
    cancel: async (overrides: Partial<CancelPaymentCommand> = {}) => {
      const paymentId = overrides.paymentId ?? (await reader.findByOrderId(orderId))?.state.paymentId;
      if (paymentId === undefined) throw new Error('the order is not placed');
      const requester = { kind: 'buyer', userId: UserId.of(7n) } as const;
      const defaults = { requester, amount: null, reason: '단순 변심', wishId: null, correlationId: 'request-2' };
      return cancelPayment.execute({ ...defaults, paymentId, ...overrides });
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
      await carryOutRefunds.takeDue();
      await carryOutRefunds.drain();
      return refundsHeard.splice(0);
    },
    expire: (ageMs: number) => expirePayments.expireOlderThan(ageMs),
    refunds: () => [...database.tables.refunds.values()].map(({ status }) => status),
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
