import { Money, type OrderId, type UserId } from '@koosco/payment-domain';
import { ApprovalSettlement } from '../charge/approval-settlement';
import { ApprovePaymentUseCase } from '../charge/approve-payment-use-case';
import { AttemptExecution } from '../charge/attempt-execution';
import { AttemptWatch } from '../charge/attempt-watch';
import { CreatePaymentUseCase } from '../create/create-payment-use-case';
import { ExpirePaymentsUseCase } from '../expire/expire-payments-use-case';
import { FollowHintsUseCase, HINT_WINDOW_MS } from '../hints/follow-hints-use-case';
import { type AttemptLeases } from '../ports/attempt-leases';
import { type Clock } from '../ports/clock';
import { type ExpiryReader } from '../ports/expiry-reader';
import { type GivenBackReader } from '../ports/gateway/given-back-reader';
import { type HintInbox } from '../ports/hint-inbox';
import { type IdGenerator } from '../ports/id-generator';
import { type PaymentGateway } from '../ports/gateway/payment-gateway';
import { type PaymentReader } from '../ports/payment-reader';
import { type RefundGateway } from '../ports/gateway/refund-gateway';
import { type RefundReader } from '../ports/refund-reader';
import { type SettlementHurry } from '../ports/settlement-hurry';
import { type UnitOfWork } from '../ports/transaction/unit-of-work';
import { CancelOrderUseCase } from '../refund/cancel-order-use-case';
import { CancelPaymentUseCase } from '../refund/cancel-payment-use-case';
import { type CarriedOutRefund, CarryOutRefundsUseCase } from '../refund/carry-out-refunds-use-case';
import { RefundClaims } from '../refund/refund-claims';
import { RefundExecution } from '../refund/refund-execution';
import { RefundSettlement } from '../refund/refund-settlement';
import { RequestRefundUseCase } from '../refund/request-refund-use-case';
import { LeaseKeeper } from '../settle/lease-keeper';
import { type SettledAttempt, SettleAttemptsUseCase } from '../settle/settle-attempts-use-case';

/** The database as a worker reaches it. */
export interface WorkerDatabase {
  readonly unitOfWork: UnitOfWork;
  readonly reader: PaymentReader;
  readonly leases: AttemptLeases;
  readonly refundReader: RefundReader;
  readonly refundLeases: AttemptLeases;
  readonly expiryReader: ExpiryReader;
  readonly hints: HintInbox;
  readonly settlementHurry: SettlementHurry;
}

/** Whoever moves the money, as a worker reaches it. */
export interface WorkerGateways {
  readonly payments: PaymentGateway;
  readonly refunds: RefundGateway;
  readonly books: GivenBackReader;
}

export interface WorkerTimes {
  readonly clock: Clock;
  /** On which owners of attempts sleep before they renew their lease: one that never moves lets leases run out. */
  readonly renewals: Clock;
  readonly leaseMs: number;
  readonly waitForOtherMs: number;
}

export interface PlacedOrder {
  readonly orderId: OrderId;
  readonly userId: UserId;
  readonly amount: Money;
}

export interface Heard {
  readonly settled: (settled: SettledAttempt) => void;
  readonly carriedOut: (refund: CarriedOutRefund) => void;
}

/** The use cases of the three workers, put together as the workers do. */
export function paymentUseCases(
  database: WorkerDatabase,
  { payments, refunds, books }: WorkerGateways,
  { clock, renewals, leaseMs, waitForOtherMs }: WorkerTimes,
  ids: IdGenerator,
  heard: Heard = { settled: () => undefined, carriedOut: () => undefined },
) {
  const { unitOfWork, reader, leases, refundReader, refundLeases, expiryReader, hints, settlementHurry } = database;
  const keeperClock: Clock = {
    now: () => clock.now(),
    elapsedMs: () => clock.elapsedMs(),
    sleep: (durationMs, signal) => renewals.sleep(durationMs, signal),
  };
  const times = { waitForOtherMs };
  const keeper = new LeaseKeeper(leases, keeperClock, leaseMs);
  const execution = new AttemptExecution(unitOfWork, payments, new ApprovalSettlement(ids, 'test'), keeper);
  const watch = new AttemptWatch(reader, clock);
  const claims = new RefundClaims(unitOfWork, refunds, clock, leaseMs);
  const refundKeeper = new LeaseKeeper(refundLeases, keeperClock, leaseMs);
  const refundSettlement = new RefundSettlement(ids, 'test');
  const refundExecution = new RefundExecution(unitOfWork, refunds, refundSettlement, refundKeeper, clock);
  return {
    create: new CreatePaymentUseCase(unitOfWork, clock, ids, 'test'),
    approve: new ApprovePaymentUseCase(unitOfWork, payments, execution, watch, clock, ids, times),
    cancel: new CancelPaymentUseCase(unitOfWork, reader, claims, refundExecution, clock, ids, times),
    cancelOrder: new CancelOrderUseCase(unitOfWork, ids, 'test'),
    requestRefund: new RequestRefundUseCase(unitOfWork, ids),
    expire: new ExpirePaymentsUseCase(unitOfWork, expiryReader, ids, 'test'),
    settle: new SettleAttemptsUseCase(unitOfWork, execution, clock, heard.settled),
    carryOut: new CarryOutRefundsUseCase(refundReader, claims, refundExecution, heard.carriedOut),
    follow: new FollowHintsUseCase(
      ...([unitOfWork, hints, reader, settlementHurry, books, ids, 'test', () => undefined] as const),
    ),
  };
}

export type PaymentWorker = ReturnType<typeof paymentWorker>;

/** Everything that the three workers do to an order, in one: the real use cases on the given ports. */
export function paymentWorker(
  database: WorkerDatabase,
  gateways: WorkerGateways,
  times: WorkerTimes,
  ids: IdGenerator,
) {
  const { create, approve, cancel, cancelOrder, requestRefund, expire, settle, carryOut, follow } = paymentUseCases(
    ...([database, gateways, times, ids] as const),
  );
  const { reader, hints } = database;
  const requester = { kind: 'trusted' } as const;
  const correlationId = 'saga';
  return {
    place: ({ orderId, userId, amount }: PlacedOrder) =>
      create.execute([{ orderId, userId, amount, orderName: '주문', correlationId, causationId: `placed-${orderId}` }]),
    confirm: ({ orderId, amount }: PlacedOrder, paymentKey: string) =>
      approve.execute({ requester, orderId, paymentKey, amount, correlationId }),
    /** @param krw null: all that is left. */
    cancel: async ({ orderId }: PlacedOrder, krw: bigint | null, wishId: string | null) => {
      const payment = await reader.findByOrderId(orderId);
      if (payment === null) return { kind: 'not-found' } as const;
      const { paymentId } = payment.state;
      const amount = krw === null ? null : Money.krw(krw);
      return cancel.execute({ requester, paymentId, amount, reason: '변심', wishId, correlationId });
    },
    requestRefund: ({ orderId, userId }: PlacedOrder, krw: bigint, causationId: string) =>
      requestRefund.execute({ orderId, userId, amount: Money.krw(krw), reason: '', correlationId, causationId }),
    cancelOrder: ({ orderId }: PlacedOrder, causationId: string) =>
      cancelOrder.execute({ orderId, reason: '', correlationId, causationId }),
    webhook: ({ orderId }: PlacedOrder, status: string) =>
      hints.keep(
        { hintId: `${status}-${ids.next()}`, kind: 'PAYMENT_STATUS_CHANGED', orderId, status },
        HINT_WINDOW_MS,
      ),
    /** Payments that nobody has paid yet, of any age. */
    expire: () => expire.expireOlderThan(-1),
    /** Whatever is due. */
    relay: async () => {
      await follow.followDue();
      await settle.takeDue();
      await settle.drain();
      await carryOut.takeDue();
      await carryOut.drain();
    },
  };
}
