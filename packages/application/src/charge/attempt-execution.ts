import { type OrderId, type PaymentAttempt, PgOrderId } from '@koosco/payment-domain';
import { type ApprovalSettlement, type Settled } from './approval-settlement';
import { type HeldAttempt } from '../settle/held-attempt';
import { type LeaseKeeper } from '../settle/lease-keeper';
import { type ApprovalReading, type ApprovalRequest, type PaymentGateway } from '../ports/gateway/payment-gateway';
import { type UnitOfWork } from '../ports/transaction/unit-of-work';

export interface Executed extends Settled {
  readonly outcome: ApprovalReading['kind'];
  /** Our own limits kept the gateway from being asked. */
  readonly heldBack: boolean;
}

/** What an owner does with its attempt: asks the gateway, or sends, and settles what it hears. The lease lasts meanwhile. */
export class AttemptExecution {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly gateway: PaymentGateway,
    private readonly settlement: ApprovalSettlement,
    private readonly keeper: LeaseKeeper,
  ) {}

  get leaseMs(): number {
    return this.keeper.leaseMs;
  }

  /**
   * @param attempt as it was taken; the status says what is to be done with it.
   * @param taken see {@link LeaseKeeper.hold}.
   * @throws whatever the database throws; the lease then runs out, and somebody else continues.
   */
  async run(attempt: PaymentAttempt, taken: { atMs: number; isFresh: boolean }): Promise<Executed> {
    const { orderId, attemptId, status } = attempt.state;
    // A deposit that is awaited, or the last look at what was settled without a charge: nothing is ever sent for these.
    if (status !== 'IN_FLIGHT' && status !== 'UNKNOWN') return this.look(attempt, taken);
    return this.#holding(attempt, taken, async (held) => {
      // No transaction is open here: a slow gateway must not hold row locks.
      const outcome = await this.gateway.approve(requestOf(attempt), held);
      const owner = { attemptId, orderId, fence: held.ownership.fence, send: held.send };
      const settled = await this.unitOfWork.run((tx) => this.settlement.settle(tx, owner, outcome));
      return { ...settled, ...toldBy(outcome) };
    });
  }

  /**
   * Asks the gateway, whatever the attempt's status, and settles what is certain. Moves no money; gives up a virtual account
   * that is awaited for a cancelled order.
   * @param attempt as it was taken. @param taken see {@link LeaseKeeper.hold}. @throws as {@link AttemptExecution.run} does.
   */
  look(attempt: PaymentAttempt, taken: { atMs: number; isFresh: boolean }): Promise<Executed> {
    const { orderId, attemptId, send } = attempt.state;
    return this.#holding(attempt, taken, async (held) => {
      const session = { ...requestOf(attempt), mayArriveUntil: send.mayArriveUntil };
      let reading = await this.gateway.lookUp(session);
      if (reading.kind === 'awaiting-deposit' && (await this.#isOrderCancelled(orderId))) {
        reading = await this.gateway.callOff(session);
      }
      const owner = { attemptId, orderId, fence: held.ownership.fence };
      const settled = await this.unitOfWork.run((tx) => this.settlement.settleReading(tx, owner, reading));
      return { ...settled, ...toldBy(reading) };
    });
  }

  async #holding<T>(
    attempt: PaymentAttempt,
    taken: { atMs: number; isFresh: boolean },
    work: (held: HeldAttempt) => Promise<T>,
  ): Promise<T> {
    const held = this.keeper.hold(attempt.state, taken);
    try {
      return await work(held);
    } finally {
      this.keeper.release(held);
    }
  }

  /** In a transaction of its own, which has ended when the gateway is asked. */
  #isOrderCancelled(orderId: OrderId): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      const payment = await tx.payments.findByOrderIdForUpdate(orderId);
      return payment !== null && payment.state.orderCancelledAt !== null;
    });
  }
}

function requestOf({ state }: PaymentAttempt): ApprovalRequest {
  const { paymentKey, orderId, amount, gatewayIdempotencyKey: idempotencyKey } = state;
  return { paymentKey, pgOrderId: PgOrderId.of(orderId), amount, idempotencyKey };
}

function toldBy(reading: ApprovalReading): Pick<Executed, 'outcome' | 'heldBack'> {
  return { outcome: reading.kind, heldBack: reading.kind === 'unknown' && reading.heldBack === true };
}
