import { type Payment, PgOrderId } from '@koosco/payment-domain';
import { recordChange } from '../payment-change';
import { paymentCanceledEvent } from '../payment-events';
import { type DueHints, type HintInbox } from '../ports/hint-inbox';
import { type IdGenerator } from '../ports/id-generator';
import { type GivenBack, type GivenBackReader } from '../ports/gateway/given-back-reader';
import { type PaymentReader } from '../ports/payment-reader';
import { type SettlementHurry } from '../ports/settlement-hurry';
import { type PaymentView } from '../read/payment-view';
import { type UnitOfWork } from '../ports/transaction/unit-of-work';

/** How often an order is looked at because of hints, at most. */
export const HINT_WINDOW_MS = 10_000;
/**
 * Refunds of our own come first: until they are settled, nobody can say whose a refund in the gateway's books is. So does a
 * confirm that is under way.
 */
const LATER_MS = 15_000;
const ORDERS_PER_ROUND = 32;

/** What a look led to. */
export interface FollowedHints {
  readonly hints: DueHints;
  /** Null where the order has none. */
  readonly payment: Payment | null;
  readonly result: 'no-payment' | 'hurried' | 'nothing-new' | 'given-back' | 'later' | 'differs';
}

/**
 * Webhooks are hints. Whatever is not settled is asked for at once; and of a payment that is settled the gateway's books are
 * read for money that went back without us: a refund in the gateway's own admin, or a deposit that the bank took back.
 */
export class FollowHintsUseCase {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly inbox: HintInbox,
    private readonly reader: Pick<PaymentReader, 'viewByOrderId'>,
    private readonly settlement: SettlementHurry,
    private readonly gateway: GivenBackReader,
    private readonly ids: IdGenerator,
    private readonly actor: string,
    private readonly onFollowed: (followed: FollowedHints) => void,
  ) {}

  async followDue(): Promise<void> {
    for (const hints of await this.inbox.findDue(ORDERS_PER_ROUND)) {
      const view = await this.reader.viewByOrderId(hints.orderId);
      const result = view === null ? 'no-payment' : await this.#follow(view, hints);
      if (result === 'later') await this.inbox.postpone(hints, LATER_MS);
      else await this.inbox.followed(hints);
      this.onFollowed({ hints, payment: view?.payment ?? null, result });
    }
  }

  async #follow(
    { payment, openAttempt }: PaymentView,
    { orderId, statuses }: DueHints,
  ): Promise<FollowedHints['result']> {
    await this.settlement.hurry(orderId, HINT_WINDOW_MS);
    // Whoever is at work on it may have asked before that happened of which the hint tells.
    if (openAttempt?.status === 'IN_FLIGHT') return 'later';
    if (payment.state.approval === null || !statuses.some((status) => MONEY_WENT_BACK.has(status))) return 'hurried';
    return this.#lookForMoneyThatWentBack(payment);
  }

  async #lookForMoneyThatWentBack({ state }: Payment): Promise<FollowedHints['result']> {
    const paymentKey = state.approval?.paymentKey ?? null;
    if (paymentKey === null) return 'nothing-new';
    const request = { paymentKey, pgOrderId: PgOrderId.of(state.orderId), amount: state.amount };
    const reading = await this.gateway.readGivenBack(request);
    if (reading.kind === 'unknown') return 'later';
    let result: FollowedHints['result'] = 'nothing-new';
    for (const one of reading.givenBack) {
      const taken = await this.#take(state, paymentKey, one);
      if (taken === 'later' || taken === 'differs') return taken;
      if (taken === 'given-back') result = taken;
    }
    return result;
  }

  /** Under the payment's lock: what we have given back ourselves is known, or about to be. */
  #take(
    { orderId, paymentId }: Payment['state'],
    paymentKey: string,
    one: GivenBack,
  ): Promise<FollowedHints['result']> {
    return this.unitOfWork.run(async (tx) => {
      const [payment, unresolved, known] = await Promise.all([
        tx.payments.findByOrderIdForUpdate(orderId),
        tx.refunds.findUnresolved(orderId),
        tx.refunds.findGivenBack(paymentId, paymentKey),
      ]);
      if (payment === null || known.includes(one.pgTransactionId)) return 'nothing-new';
      if (unresolved.some(({ state }) => state.paymentKey === paymentKey)) return 'later';
      // Null is all that was left when it went back.
      const amount = one.amount ?? payment.remainingAmount;
      if (amount.isZero || amount.isMoreThan(payment.remainingAmount)) return 'differs';
      const now = await tx.now();
      const { pgTransactionId, at: refundedAt } = one;
      const canceled = payment.cancel({ pgTransactionId, amount, canceledAt: refundedAt }, now);
      const cause = { eventId: this.ids.next(), causationId: `gateway:${pgTransactionId}`, now };
      const event = paymentCanceledEvent(canceled, { amount, pgTransactionId, refundedAt }, cause);
      await recordChange(tx, payment, canceled, event, { actor: this.actor });
      return 'given-back';
    });
  }
}

/** Toss's words; the deposit of a virtual account that waits again was taken back. */
const MONEY_WENT_BACK: ReadonlySet<string> = new Set(['CANCELED', 'PARTIAL_CANCELED', 'WAITING_FOR_DEPOSIT']);
