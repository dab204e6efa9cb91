import { type OrderId, type Payment, type Refund } from '@koosco/payment-domain';
import { type Clock } from '../ports/clock';
import { type RefundGateway } from '../ports/gateway/refund-gateway';
import { type Transaction, type UnitOfWork } from '../ports/transaction/unit-of-work';

/** A refund that this worker may carry out now. */
export interface ClaimedRefund {
  readonly refund: Refund;
  /** The gateway's keys of what its charge gave back before. */
  readonly knownRefunds: readonly string[];
  /** This process's {@link Clock.elapsedMs} from before it was claimed. */
  readonly atMs: number;
  /** Nothing was sent for it yet, and its first request is recorded with it. */
  readonly isFresh: boolean;
}

export type RefundClaim =
  | ({ readonly kind: 'claimed' } & ClaimedRefund)
  /** Somebody else is at work on the refund that comes first. */
  | { readonly kind: 'busy' }
  /** There is nothing to do now. */
  | { readonly kind: 'idle' };

/**
 * Hands out the refunds of an order, under the payment's lock. Those of one charge go one after the other, in the order
 * in which they were asked for: the gateway is told what must be left before each, and moves nothing where that differs.
 */
export class RefundClaims {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly gateway: Pick<RefundGateway, 'firstSend'>,
    private readonly clock: Pick<Clock, 'elapsedMs'>,
    private readonly leaseMs: number,
  ) {}

  /** @param wanted a refund that somebody waits for: the one that comes first at its charge is not left until it is due. */
  async next(orderId: OrderId, wanted?: Refund): Promise<RefundClaim> {
    const atMs = this.clock.elapsedMs();
    return this.unitOfWork.run(async (tx): Promise<RefundClaim> => {
      const [payment, unresolved] = await Promise.all([
        tx.payments.findByOrderIdForUpdate(orderId),
        tx.refunds.findUnresolved(orderId),
      ]);
      if (payment === null) return { kind: 'idle' };
      const now = await tx.now();
      const heads = headsOf(unresolved).filter(
        ({ state }) => wanted === undefined || state.paymentKey === wanted.state.paymentKey,
      );
      const free = heads.filter((head) => !head.isLeasedAt(now));
      const due = free.find(({ state }) => wanted !== undefined || (state.dueAt !== null && state.dueAt <= now));
      if (due === undefined) return { kind: free.length < heads.length ? 'busy' : 'idle' };
      return { kind: 'claimed', atMs, ...(await this.#take(tx, payment, due, now)) };
    });
  }

  async #take(tx: Transaction, payment: Payment, refund: Refund, now: Date): Promise<Omit<ClaimedRefund, 'atMs'>> {
    const { paymentId, paymentKey, status, attemptId, amount, fence } = refund.state;
    const leasedUntil = new Date(now.getTime() + this.leaseMs);
    const isFresh = status === 'REQUESTED';
    const remainingBefore = attemptId === null ? payment.remainingAmount : amount;
    const taken = isFresh
      ? refund.begin({ remainingBefore, send: this.gateway.firstSend(now), leasedUntil }, now)
      : refund.takeOver(now, leasedUntil);
    const [isMine, knownRefunds] = await Promise.all([
      tx.refunds.save(taken, { fence }),
      tx.refunds.findGivenBack(paymentId, paymentKey),
    ]);
    // Nobody changes a refund without the payment's lock, but for its lease.
    if (!isMine) throw new Error(`refund ${refund.state.refundId} changed under the lock of its payment`);
    return { refund: taken, knownRefunds, isFresh };
  }
}

/** The first of each charge. */
function headsOf(unresolved: readonly Refund[]): readonly Refund[] {
  const heads = new Map<string, Refund>();
  for (const refund of unresolved) {
    if (!heads.has(refund.state.paymentKey)) heads.set(refund.state.paymentKey, refund);
  }
  return [...heads.values()];
}
