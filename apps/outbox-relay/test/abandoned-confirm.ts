import {
  ApprovalSettlement,
  ApprovePaymentUseCase,
  AttemptExecution,
  AttemptWatch,
  CreatePaymentUseCase,
  LeaseKeeper,
  type PaymentGateway,
} from '@koosco/payment-application';
import { type Database, timeOrderedIds } from '@koosco/payment-db';
import { Money, type OrderId, PgOrderId, UserId } from '@koosco/payment-domain';
import { systemClock } from '@koosco/payment-worker';
import { tossClientConfig } from '@koosco/toss-client/client';
import { tossDefaults, tossGateways, tossSettingsOf } from '@koosco/toss-client/gateway';
import { documentedMerchant, type TossSandbox } from '@koosco/toss-sandbox';

/** A payment whose confirm was abandoned, as a killed confirm-api leaves it. */
export interface Abandoned {
  readonly orderId: bigint;
  readonly pgOrderId: string;
}

/** Nobody takes it over before the test has looked at what was left: it says when this lease is over. */
const LEASE_MS = 600_000;

/** A worker that is killed: its confirm never comes back. */
class Killed extends Error {}

/** A buyer authenticates and confirms, and the worker is killed just before or just after it called Toss. */
export async function abandonConfirm({
  database,
  sandbox,
  orderId,
  when,
}: {
  readonly database: Database;
  readonly sandbox: TossSandbox;
  readonly orderId: OrderId;
  readonly when: 'before the call' | 'after the call';
}): Promise<Abandoned> {
  const [userId, amount, correlationId] = [UserId.of(1n), Money.krw(15_000n), `order-${orderId}`];
  const order = { orderId, userId, amount, orderName: '티셔츠', correlationId };
  const create = new CreatePaymentUseCase(database.unitOfWork, systemClock, timeOrderedIds, 'order-consumer');
  await create.execute([{ ...order, causationId: `placed-${orderId}` }]);
  const pgOrderId = PgOrderId.of(orderId);
  const { paymentKey } = await sandbox.control.authenticate({
    clientKey: documentedMerchant.keys[0]!.clientKey,
    orderId: pgOrderId,
    orderName: order.orderName,
    amount: 15_000,
  });
  const settings = tossSettingsOf({ ...tossDefaults, NODE_ENV: 'development', TOSS_BASE_URL: sandbox.url });
  const { payments: toss } = tossGateways(tossClientConfig(settings), systemClock);
  const dying: PaymentGateway = {
    firstSend: (now) => toss.firstSend(now),
    approve: async (request, permit) => {
      if (when === 'after the call') await toss.approve(request, permit);
      throw new Killed();
    },
    lookUp: () => Promise.reject(new Killed()),
    callOff: () => Promise.reject(new Killed()),
  };
  const { unitOfWork, reader, leases } = database;
  const settlement = new ApprovalSettlement(timeOrderedIds, 'outbox-relay');
  const execution = new AttemptExecution(unitOfWork, dying, settlement, new LeaseKeeper(leases, systemClock, LEASE_MS));
  const confirm = new ApprovePaymentUseCase(
    unitOfWork,
    dying,
    execution,
    new AttemptWatch(reader, systemClock),
    systemClock,
    timeOrderedIds,
    { waitForOtherMs: 0 },
  );
  const requester = { kind: 'buyer', userId } as const;
  await confirm.execute({ ...order, requester, paymentKey }).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  return { orderId, pgOrderId };
}
