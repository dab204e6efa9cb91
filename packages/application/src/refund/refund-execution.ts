import { type Refund, type RefundOutcome, PgOrderId } from '@koosco/payment-domain';
import { type Clock } from '../ports/clock';
import { type ReceiveAccount, type RefundGateway, type RefundRequest } from '../ports/gateway/refund-gateway';
import { type UnitOfWork } from '../ports/transaction/unit-of-work';
import { type HeldAttempt } from '../settle/held-attempt';
import { type LeaseKeeper } from '../settle/lease-keeper';
import { type ClaimedRefund } from './refund-claims';
import { type RefundSettlement, type SettledRefund } from './refund-settlement';

export interface ExecutedRefund extends SettledRefund {
  readonly outcome: RefundOutcome['kind'];
}

/** What an owner does with its refund: asks the gateway, or sends, and settles what it hears. The lease lasts meanwhile. */
export class RefundExecution {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly gateway: RefundGateway,
    private readonly settlement: RefundSettlement,
    private readonly keeper: LeaseKeeper,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /**
   * @param receiveAccount where a deposited virtual account gives back to. It is not stored, so whoever takes over does
   *   without: a request that arrived has told it, and one that did not is refused and can be asked for again.
   * @throws whatever the database throws; the lease then runs out, and somebody else continues.
   */
  async run(
    { refund, knownRefunds, atMs, isFresh }: ClaimedRefund,
    receiveAccount?: ReceiveAccount,
  ): Promise<ExecutedRefund> {
    const { refundId: attemptId, fence, send } = refund.state;
    if (send === null) throw new Error(`refund ${attemptId} was claimed without a record of its request`);
    const request = { ...requestOf(refund, knownRefunds), ...(receiveAccount && { receiveAccount }) };
    const held = this.keeper.hold({ attemptId, fence, send }, { atMs, isFresh });
    try {
      // No transaction is open here: a slow gateway must not hold row locks.
      const outcome = await this.#outcomeOf(refund, request, held);
      const owner = { refund, send: held.send };
      const settled = await this.unitOfWork.run((tx) => this.settlement.settle(tx, owner, outcome));
      return { ...settled, outcome: outcome.kind };
    } finally {
      this.keeper.release(held);
    }
  }

  /**
   * A gateway may answer both keys of a try with the same old error for days. Once nothing that was sent can arrive any
   * more, its books have the last word; and should they be wrong after all, the next try still moves nothing unless
   * exactly what our books say is left.
   */
  async #outcomeOf({ state }: Refund, request: RefundRequest, held: HeldAttempt): Promise<RefundOutcome> {
    if (state.status === 'IN_FLIGHT' || state.send === null || state.send.mayArriveUntil > this.clock.now()) {
      return this.gateway.refund(request, held);
    }
    const reading = await this.gateway.lookUpRefund(request);
    if (reading.kind !== 'open') return reading;
    return { kind: 'not-refunded', cause: 'unavailable', pgCode: state.pgCode, pgMessage: state.pgMessage };
  }
}

function requestOf(refund: Refund, knownRefunds: readonly string[]): RefundRequest {
  const { paymentKey, orderId, amount, remainingBefore, reason } = refund.state;
  return {
    paymentKey,
    pgOrderId: PgOrderId.of(orderId),
    amount,
    remainingBefore: remainingBefore ?? amount,
    knownRefunds,
    reason,
    idempotencyKey: refund.gatewayIdempotencyKey,
  };
}
