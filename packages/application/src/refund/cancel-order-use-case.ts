import { type OrderId, PaymentIdempotency } from '@koosco/payment-domain';
import { recordChange } from '../payment-change';
import { paymentCanceledEvent } from '../payment-events';
import { type IdGenerator } from '../ports/id-generator';
import { type Transaction, type UnitOfWork } from '../ports/transaction/unit-of-work';
import { refundOfCancelledOrder } from './new-refund';
import { reservedAmount } from './reserved-amount';

export interface CancelOrderCommand {
  readonly orderId: OrderId;
  readonly reason: string;
  readonly correlationId: string;
  /** Id of the event. */
  readonly causationId: string;
}

/**
 * - `remembered`: there is no payment yet; it will be born cancelled.
 * - `called-off`: nothing had been charged, and nothing will be.
 * - `after-attempt`: a charge is under way. It is brought to its end, and what it takes goes back.
 * - `refund-requested`: what was paid goes back.
 * - `nothing-left`: the payment had failed, or everything had gone back or is on its way.
 * - `duplicate-event`: this very event was processed before.
 */
export type CancelOrderResult =
  'remembered' | 'called-off' | 'after-attempt' | 'refund-requested' | 'nothing-left' | 'duplicate-event';

/** An order is over: nothing may stay charged for it. The gateway is called later, by whoever is due. */
export class CancelOrderUseCase {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ids: IdGenerator,
    private readonly actor: string,
  ) {}

  /** What the cancellation leads to is durable when this returns. */
  execute(command: CancelOrderCommand): Promise<CancelOrderResult> {
    const idempotency = PaymentIdempotency.of(command.orderId, 'CANCEL', command.causationId);
    return this.unitOfWork.run(async (tx) => {
      const [isNew] = await tx.idempotency.insertNew([idempotency]);
      return isNew === true ? this.#cancel(tx, command) : 'duplicate-event';
    });
  }

  async #cancel(tx: Transaction, command: CancelOrderCommand): Promise<CancelOrderResult> {
    const { orderId, reason, correlationId, causationId } = command;
    // Recorded before the payment is looked for: whoever creates it at this moment looks after it was written.
    await tx.orderCancellations.record({ orderId, eventId: causationId, reason, correlationId });
    const [found, attempt, unresolved] = await Promise.all([
      tx.payments.findByOrderIdForUpdate(orderId),
      tx.attempts.findUnresolved(orderId),
      tx.refunds.findUnresolved(orderId),
    ]);
    if (found === null) return 'remembered';
    if (found.state.orderCancelledAt !== null) return 'nothing-left';
    const now = await tx.now();
    const payment = found.noteOrderCancelled(now);

    if (payment.canBeCalledOff && attempt === null) {
      const canceled = payment.callOff(now);
      const event = paymentCanceledEvent(canceled, null, { eventId: this.ids.next(), causationId, now });
      await recordChange(tx, found, canceled, event, { actor: this.actor });
      return 'called-off';
    }
    const reserved = reservedAmount(unresolved);
    const refund = refundOfCancelledOrder(payment, { causationId, reserved }, this.ids, now);
    await Promise.all([tx.payments.save(payment), ...(refund === null ? [] : [tx.refunds.insert(refund)])]);
    if (refund !== null) return 'refund-requested';
    return payment.state.status === 'READY' ? 'after-attempt' : 'nothing-left';
  }
}
