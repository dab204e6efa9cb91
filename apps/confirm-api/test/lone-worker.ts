import {
  ApprovalSettlement,
  ApprovePaymentUseCase,
  AttemptExecution,
  type AttemptLeases,
  AttemptWatch,
  LeaseKeeper,
  type PaymentGateway,
} from '@koosco/payment-application';
import { type Database, timeOrderedIds } from '@koosco/payment-db';
import { Money, UserId } from '@koosco/payment-domain';
import { systemClock } from '@koosco/payment-worker';
import { type Order } from './payment-world';

/** What a test may want otherwise than the composition root builds it. */
export interface LoneWorkerParts {
  readonly gateway: PaymentGateway;
  readonly leases: AttemptLeases;
  readonly leaseMs: number;
}

/** The use cases of a worker without its HTTP, on this database. */
export function loneWorker({ unitOfWork, reader }: Database, { gateway, leases, leaseMs }: LoneWorkerParts) {
  const keeper = new LeaseKeeper(leases, systemClock, leaseMs);
  const execution = new AttemptExecution(
    unitOfWork,
    gateway,
    new ApprovalSettlement(timeOrderedIds, 'confirm-api'),
    keeper,
  );
  const watch = new AttemptWatch(reader, systemClock);
  const times = { waitForOtherMs: 0 };
  const approval = new ApprovePaymentUseCase(
    ...([unitOfWork, gateway, execution, watch, systemClock, timeOrderedIds, times] as const),
  );
  const confirm = ({ userId, orderId, amount }: Order, paymentKey: string) =>
    approval.execute({
      requester: { kind: 'buyer', userId: UserId.of(userId) },
      orderId,
      paymentKey,
      amount: Money.krw(amount),
      correlationId: 'of-a-lone-worker',
    });
  return { execution, confirm };
}
