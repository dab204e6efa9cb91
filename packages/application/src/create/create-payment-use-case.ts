import { type PaymentEvent } from '@koosco/payment-contracts';
import {
  type Money,
  type OrderId,
  Payment,
  PaymentId,
  PaymentIdempotency,
  type PaymentStatus,
  type UserId,
} from '@koosco/payment-domain';
import { changeOf, recordChange } from '../payment-change';
import { paymentCanceledEvent, paymentCompletedEvent, paymentCreatedEvent } from '../payment-events';
import { type Clock } from '../ports/clock';
import { type IdGenerator } from '../ports/id-generator';
import { type OrderCancellation } from '../ports/transaction/order-cancellation-repository';
import { type PaymentChange } from '../ports/transaction/payment-history';
import { type PaymentTerms } from '../ports/transaction/payment-repository-port';
import { type Transaction, type UnitOfWork } from '../ports/transaction/unit-of-work';

export interface CreatePaymentCommand {
  readonly orderId: OrderId;
  readonly userId: UserId;
  readonly amount: Money;
  readonly orderName: string;
  readonly correlationId: string;
  /** The W3C trace context of its creation, if it has one: its payment and all of its events keep it. */
  readonly traceParent?: string | null;
  /** Id of the event that says the order was placed. Without it a redelivery could not be told from a new order. */
  readonly causationId: string;
}

/**
 * - `created`: the payment is READY (or APPROVED, for 0 won) and its events are promised.
 * - `duplicate-event`: this very event was processed before, or stands twice in this batch.
 * - `duplicate-order`: another event made a payment for this order; that payment stays as it is.
 * - {@link OrderConflict}: the order has a payment of another amount or user; that payment stays as it is. Said each
 *   time, also of an event that was processed before: whoever was to hear of it may not have.
 */
export type CreatePaymentResult = 'created' | 'duplicate-event' | 'duplicate-order' | OrderConflict;

export type OrderConflict = 'other-amount' | 'other-user' | 'other-amount-and-user';

/**
 * Placed orders become payments. Takes a batch because a consumer has one, and because one commit for hundreds of
 * orders is what makes it fast.
 */
export class CreatePaymentUseCase {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly ids: IdGenerator,
    /** The worker that creates, for the history. */
    private readonly actor: string,
  ) {}

  /**
   * Payment, idempotency and outbox rows of the whole batch are durable when this returns, and none of them is there
   * when it throws; then the same batch may be given again.
   * @returns one result for each command, in order.
   * @throws RuleViolation `INVALID_IDENTIFIER` when a command has no causation id.
   */
  async execute(commands: readonly CreatePaymentCommand[]): Promise<readonly CreatePaymentResult[]> {
    const requests = commands.map((command) => ({
      command,
      idempotency: PaymentIdempotency.of(command.orderId, 'CREATE', command.causationId),
    }));
    return this.unitOfWork.run((tx) => this.#create(tx, requests));
  }

  async #create(
    tx: Transaction,
    requests: readonly { command: CreatePaymentCommand; idempotency: PaymentIdempotency }[],
  ): Promise<readonly CreatePaymentResult[]> {
    const commands = requests.map(({ command }) => command);
    const isNewEvent = await tx.idempotency.insertNew(requests.map(({ idempotency }) => idempotency));

    // Two events of one order in one batch: the first wins, as it would in two batches.
    const now = this.clock.now();
    const candidates = new Map<OrderId, { command: CreatePaymentCommand; payment: Payment }>();
    requests.forEach(({ command }, index) => {
      if (isNewEvent[index] !== true || candidates.has(command.orderId)) return;
      candidates.set(command.orderId, { command, payment: this.#newPayment(command, now) });
    });

    const inserted = await tx.payments.insertNew([...candidates.values()].map(({ payment }) => payment));
    const created = [...candidates.values()].filter(({ command }) => inserted.has(command.orderId));
    const steps = created.flatMap(({ command, payment }) => this.#stepsOf(payment, command, now));
    const [cancellations] = await Promise.all([
      // After the payments are written, so that a cancellation at this very moment finds one or is found.
      tx.orderCancellations.findOf(created.map(({ command }) => command.orderId)),
      tx.events.publish(steps.map(({ event }) => event)),
      tx.history.append(steps.map(({ change }) => change)),
    ]);
    for (const { payment } of created) {
      const cancellation = cancellations.get(payment.state.orderId);
      if (cancellation !== undefined) await this.#callOff(tx, payment, cancellation);
    }

    const creators = new Set(created.map(({ command }) => command));
    const repetitions = commands.filter((command) => !creators.has(command));
    const terms = await this.#termsOf(tx, repetitions, created);
    return commands.map((command, index) => {
      if (creators.has(command)) return 'created';
      const repetition = isNewEvent[index] === true ? 'duplicate-order' : 'duplicate-event';
      return conflictOf(command, terms.get(command.orderId)) ?? repetition;
    });
  }

  /** What the payments of these orders were created with: in this batch, or else as they are stored. */
  async #termsOf(
    tx: Transaction,
    repetitions: readonly CreatePaymentCommand[],
    created: readonly { readonly command: CreatePaymentCommand }[],
  ): Promise<ReadonlyMap<OrderId, PaymentTerms>> {
    const terms = new Map<OrderId, PaymentTerms>(created.map(({ command }) => [command.orderId, command]));
    const unknown = new Set(repetitions.map(({ orderId }) => orderId).filter((orderId) => !terms.has(orderId)));
    // Most batches repeat nothing, and then this costs nothing.
    if (unknown.size === 0) return terms;
    return new Map([...terms, ...(await tx.payments.findTerms([...unknown]))]);
  }

  #newPayment(
    { orderId, userId, amount, orderName, correlationId, traceParent }: CreatePaymentCommand,
    now: Date,
  ): Payment {
    const paymentId = PaymentId.of(this.ids.next());
    const payment = Payment.create({ paymentId, orderId, userId, amount, orderName, correlationId, traceParent, now });
    return amount.isZero ? payment.approveWithoutCharge(now) : payment;
  }

  /** Creation, and for 0 won the approval that comes with it: each with its event and its line of the history. */
  #stepsOf(payment: Payment, { causationId }: CreatePaymentCommand, now: Date): readonly Step[] {
    const cause = () => ({ eventId: this.ids.next(), causationId, now });
    const stepOf = (event: PaymentEvent, from: PaymentStatus | null, to: PaymentStatus): Step => ({
      event,
      change: { ...changeOf(null, payment, event, { actor: this.actor }), from, to },
    });
    const created = stepOf(paymentCreatedEvent(payment, cause()), null, 'READY');
    if (!payment.state.amount.isZero) return [created];
    return [created, stepOf(paymentCompletedEvent(payment, cause()), 'READY', 'APPROVED')];
  }

  /** Its order was cancelled before it was placed, as far as we heard: the payment is born cancelled. */
  async #callOff(tx: Transaction, payment: Payment, { eventId }: OrderCancellation): Promise<void> {
    const now = this.clock.now();
    // As it is stored by now, without what was stored with it.
    const stored = Payment.restore(payment.state);
    const canceled = stored.noteOrderCancelled(now).callOff(now);
    const event = paymentCanceledEvent(canceled, null, { eventId: this.ids.next(), causationId: eventId, now });
    await recordChange(tx, stored, canceled, event, { actor: this.actor });
  }
}

interface Step {
  readonly event: PaymentEvent;
  readonly change: PaymentChange;
}

/** Null for what repeats the payment, and where there is no payment to compare with. */
function conflictOf(command: CreatePaymentCommand, terms: PaymentTerms | undefined): OrderConflict | null {
  if (terms === undefined) return null;
  const isOtherUser = command.userId !== terms.userId;
  if (command.amount.krw !== terms.amount.krw) return isOtherUser ? 'other-amount-and-user' : 'other-amount';
  return isOtherUser ? 'other-user' : null;
}
