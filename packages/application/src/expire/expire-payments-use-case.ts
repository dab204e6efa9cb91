import { type OrderId } from '@koosco/payment-domain';
import { recordChange } from '../payment-change';
import { paymentFailedEvent } from '../payment-events';
import { type ExpiryReader } from '../ports/expiry-reader';
import { type IdGenerator } from '../ports/id-generator';
import { type UnitOfWork } from '../ports/transaction/unit-of-work';

const ORDERS_PER_ROUND = 100;

/** As the event of an expired payment has them. */
const EXPIRED = { kind: 'declined', pgCode: 'EXPIRED', pgMessage: '결제 가능 시간이 지났습니다.' } as const;

/** Payments that nobody paid in time fail. Where anybody tried, the gateway was asked first, and had nothing. */
export class ExpirePaymentsUseCase {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: ExpiryReader,
    private readonly ids: IdGenerator,
    private readonly actor: string,
  ) {}

  /** @returns the orders whose payments failed now. Any number of relays may do so at once. */
  async expireOlderThan(ageMs: number): Promise<readonly OrderId[]> {
    const expired: OrderId[] = [];
    for (const orderId of await this.reader.findExpired(ageMs, ORDERS_PER_ROUND)) {
      if (await this.#expire(orderId)) expired.push(orderId);
    }
    return expired;
  }

  #expire(orderId: OrderId): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      const [payment, unresolved] = await Promise.all([
        tx.payments.findByOrderIdForUpdate(orderId),
        tx.attempts.findUnresolved(orderId),
      ]);
      // Somebody has begun to pay, or has paid, since it was found.
      if (payment?.state.status !== 'READY' || unresolved !== null) return false;
      const now = await tx.now();
      const failed = payment.expire(now);
      const cause = { eventId: this.ids.next(), causationId: `expired:${payment.state.paymentId}`, now };
      const event = paymentFailedEvent(failed, EXPIRED, cause);
      await recordChange(tx, payment, failed, event, { actor: this.actor, pgCode: EXPIRED.pgCode });
      return true;
    });
  }
}
