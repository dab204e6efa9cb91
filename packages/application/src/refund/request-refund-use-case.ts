import { type Money, type OrderId, PaymentIdempotency, type UserId } from '@koosco/payment-domain';
import { type IdGenerator } from '../ports/id-generator';
import { type UnitOfWork } from '../ports/transaction/unit-of-work';
import { REASON_CHARACTERS_MAX, refundOfPayment } from './new-refund';
import { reservedAmount } from './reserved-amount';

export interface RequestRefundCommand {
  readonly orderId: OrderId;
  /** Null where the event does not name the buyer. */
  readonly userId: UserId | null;
  readonly amount: Money;
  readonly reason: string;
  readonly correlationId: string;
  /** Id of the event. */
  readonly causationId: string;
}

/**
 * - `requested`: the refund is durable and due.
 * - `duplicate-event`: this very event was processed before.
 * - {@link RefundRefusal}: it cannot be given back. Said each time, for whoever was to hear of it may not have.
 */
export type RequestRefundResult = 'requested' | 'duplicate-event' | RefundRefusal;

export type RefundRefusal = 'unknown-order' | 'other-user' | 'nothing-paid' | 'more-than-remains';

/** The buyer returned something: as much of the payment goes back. The gateway is called later, by whoever is due. */
export class RequestRefundUseCase {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ids: IdGenerator,
  ) {}

  /** The refund is durable when this returns. @throws RuleViolation `INVALID_IDENTIFIER` without a causation id. */
  execute(command: RequestRefundCommand): Promise<RequestRefundResult> {
    const { orderId, causationId } = command;
    const idempotency = PaymentIdempotency.of(orderId, 'REFUND', causationId);
    return this.unitOfWork.run(async (tx) => {
      const [payment, unresolved] = await Promise.all([
        tx.payments.findByOrderIdForUpdate(orderId),
        tx.refunds.findUnresolved(orderId),
      ]);
      if (payment === null) return 'unknown-order';
      if (command.userId !== null && command.userId !== payment.state.userId) return 'other-user';
      const causeId = `event:${causationId}`;
      if ((await tx.refunds.findByCause(payment.state.paymentId, causeId)) !== null) return 'duplicate-event';
      if (payment.state.approval === null) return 'nothing-paid';
      const wanted = command.amount.plus(reservedAmount(unresolved));
      if (wanted.isMoreThan(payment.remainingAmount)) return 'more-than-remains';

      const { amount, correlationId } = command;
      const reason = Array.from(command.reason || '환불 요청')
        .slice(0, REASON_CHARACTERS_MAX)
        .join('');
      const wish = { origin: 'ORDER_REFUND', causeId, causationId, amount, reason, correlationId } as const;
      await Promise.all([
        tx.idempotency.insertNew([idempotency]),
        tx.refunds.insert(refundOfPayment(payment, wish, this.ids, await tx.now())),
      ]);
      return 'requested';
    });
  }
}
