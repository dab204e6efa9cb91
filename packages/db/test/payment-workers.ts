import {
  ApprovalSettlement,
  ApprovePaymentUseCase,
  AttemptExecution,
  AttemptWatch,
  CancelOrderUseCase,
  CancelPaymentUseCase,
  CarryOutRefundsUseCase,
  type Clock,
  CreatePaymentUseCase,
  LeaseKeeper,
  type PaymentGateway,
  RefundClaims,
  RefundExecution,
  type RefundGateway,
  RefundSettlement,
  RequestRefundUseCase,
  SettleAttemptsUseCase,
} from '@koosco/payment-application';
import { Money, type OrderId, UserId } from '@koosco/payment-domain';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database } from '../src/create-database';
import { timeOrderedIds } from '../src/time-ordered-ids';

export const userId = UserId.of(7n);

const clock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  sleep: (durationMs, signal) => sleep(durationMs, undefined, signal && { signal }),
};

/** Everything that a worker does to an order, on the real database and the given gateways. */
export function paymentWorker(database: Database, gateway: PaymentGateway, refundGateway: RefundGateway) {
  const { unitOfWork, reader, leases, refundLeases, refundReader } = database;
  const ids = timeOrderedIds;
  const leaseMs = 6_000;
  const keeper = new LeaseKeeper(leases, clock, leaseMs);
  const execution = new AttemptExecution(unitOfWork, gateway, new ApprovalSettlement(ids, 'test'), keeper);
  const times = { waitForOtherMs: 2_000 };
  const watch = new AttemptWatch(reader, clock);
  const approve = new ApprovePaymentUseCase(unitOfWork, gateway, execution, watch, clock, ids, times);
  const claims = new RefundClaims(unitOfWork, refundGateway, clock, leaseMs);
  const refundKeeper = new LeaseKeeper(refundLeases, clock, leaseMs);
  const settlement = new RefundSettlement(ids, 'test');
  const refundExecution = new RefundExecution(unitOfWork, refundGateway, settlement, refundKeeper, clock);
  const cancel = new CancelPaymentUseCase(unitOfWork, reader, claims, refundExecution, clock, ids, times);
  const create = new CreatePaymentUseCase(unitOfWork, clock, ids, 'test');
  const cancelOrder = new CancelOrderUseCase(unitOfWork, ids, 'test');
  const requestRefund = new RequestRefundUseCase(unitOfWork, ids);
  const settle = new SettleAttemptsUseCase(unitOfWork, execution, clock, () => undefined);
  const carryOut = new CarryOutRefundsUseCase(refundReader, claims, refundExecution, () => undefined);
  const requester = { kind: 'trusted' } as const;
  const correlationId = 'saga';
  return {
    place: (orderId: OrderId, amount: Money) =>
      create.execute([{ orderId, userId, amount, orderName: '주문', correlationId, causationId: `placed-${orderId}` }]),
    confirm: (orderId: OrderId, paymentKey: string, amount: Money) =>
      approve.execute({ requester, orderId, paymentKey, amount, correlationId }),
    cancel: async (orderId: OrderId, krw: bigint | null, wishId: string | null) => {
      const payment = await reader.findByOrderId(orderId);
      if (payment === null) return { kind: 'not-found' } as const;
      const { paymentId } = payment.state;
      const amount = krw === null ? null : Money.krw(krw);
      return cancel.execute({ requester, paymentId, amount, reason: '변심', wishId, correlationId });
    },
    requestRefund: (orderId: OrderId, krw: bigint, causationId: string) =>
      requestRefund.execute({ orderId, userId, amount: Money.krw(krw), reason: '', correlationId, causationId }),
    cancelOrder: (orderId: OrderId, causationId: string) =>
      cancelOrder.execute({ orderId, reason: '', correlationId, causationId }),
    relay: async () => {
      await settle.takeDue();
      await settle.drain();
      await carryOut.takeDue();
      await carryOut.drain();
    },
  };
}
