import { Money, type Payment, type PaymentId, type Refund } from '@koosco/payment-domain';
import { type Clock } from '../ports/clock';
import { type IdGenerator } from '../ports/id-generator';
import { type PaymentReader } from '../ports/payment-reader';
import { type ReceiveAccount } from '../ports/gateway/refund-gateway';
import { type Transaction, type UnitOfWork } from '../ports/transaction/unit-of-work';
import { type Requester, mayActOn } from '../read/requester';
import { TurnPerOrder } from '../settle/turn-per-order';
import { type CancelPaymentResult, RETRY_AFTER_SECONDS, resultOfRefund } from './cancel-payment-result';
import { refundOfPayment } from './new-refund';
import { type RefundClaims } from './refund-claims';
import { type RefundExecution } from './refund-execution';
import { reservedAmount } from './reserved-amount';

export interface CancelPaymentCommand {
  readonly requester: Requester;
  readonly paymentId: PaymentId;
  /** Null for all that is left at that moment. */
  readonly amount: Money | null;
  /** The buyer may read it. At most 200 characters. */
  readonly reason: string;
  /**
   * Names this wish: repeated with the same one, it is the same refund, however long ago that was. Null where the caller
   * did not name it, so that each call is a wish of its own.
   */
  readonly wishId: string | null;
  readonly correlationId: string;
  readonly receiveAccount?: ReceiveAccount;
}

export interface CancelPaymentTimes {
  /** How long a cancel waits for the refunds before it and for other workers, its own call to the gateway not counted. */
  readonly waitForOtherMs: number;
}

/** How often somebody who waits for another worker looks whether it is done. */
const LOOK_INTERVAL_MS = 100;

/**
 * Somebody wants money back. The amount is reserved and the refund durable before the gateway is called; a crash
 * anywhere leaves a refund that a repetition, or the relay, brings to its end.
 */
export class CancelPaymentUseCase {
  /** One refund of an order at a time: the others would only look again and again whether it is their turn. */
  readonly #turns = new TurnPerOrder();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: Pick<PaymentReader, 'findById'>,
    private readonly claims: RefundClaims,
    private readonly execution: RefundExecution,
    private readonly clock: Clock,
    private readonly ids: IdGenerator,
    private readonly times: CancelPaymentTimes,
  ) {}

  async execute(command: CancelPaymentCommand): Promise<CancelPaymentResult> {
    const found = await this.reader.findById(command.paymentId);
    if (found === null || !mayActOn(command.requester, found)) return { kind: 'not-found' };

    const reserved = await this.unitOfWork.run((tx) => this.#reserve(tx, found, command));
    if (reserved.kind !== 'reserved') return reserved;
    const { payment, refund, isNew } = reserved;
    if (refund.isSettled) return resultOfRefund(payment, refund, { replayed: true });

    const ended = await this.#inTurn(refund, command.receiveAccount);
    if (ended !== null) return resultOfRefund(ended.payment, ended.refund, { replayed: false });
    const { paymentId } = command;
    // The reservation stands, and the relay goes on: whether the money will go back, only time tells.
    return isNew
      ? { kind: 'unknown', paymentId, retryAfterSeconds: RETRY_AFTER_SECONDS }
      : { kind: 'in-progress', paymentId, retryAfterSeconds: RETRY_AFTER_SECONDS };
  }

  /** Decides, under the payment's lock, whether there is as much to give back, and makes the wish durable. */
  async #reserve(tx: Transaction, { state: found }: Payment, command: CancelPaymentCommand): Promise<Reservation> {
    const causeId = command.wishId === null ? `request:${this.ids.next()}` : `wish:${command.wishId}`;
    const [payment, unresolved, known] = await Promise.all([
      tx.payments.findByOrderIdForUpdate(found.orderId),
      tx.refunds.findUnresolved(found.orderId),
      tx.refunds.findByCause(found.paymentId, causeId),
    ]);
    if (payment === null) return { kind: 'not-found' };
    if (known !== null) return { kind: 'reserved', payment, refund: known, isNew: false };
    switch (payment.state.status) {
      case 'READY':
      case 'FAILED':
        return { kind: 'nothing-paid' };
      case 'CANCELED':
        return payment.state.approval === null ? { kind: 'nothing-paid' } : { kind: 'already-canceled' };
      case 'APPROVED':
      case 'PARTIALLY_CANCELED':
    }
    const inProgress = {
      kind: 'in-progress',
      paymentId: found.paymentId,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    } as const;
    // Whoever was told "unknown" and did not name their wish may be asking for the same money a second time.
    if (command.wishId === null && unresolved.some(({ state }) => state.status === 'UNKNOWN')) return inProgress;

    const reserved = reservedAmount(unresolved);
    const { remainingAmount } = payment;
    const free = remainingAmount.isMoreThan(reserved) ? remainingAmount.minus(reserved) : Money.zero;
    const amount = command.amount ?? free;
    // All that is left is on its way back already; it may yet turn out that it stays.
    if (command.amount === null && free.isZero && !remainingAmount.isZero) return inProgress;
    if (amount.isZero || amount.isMoreThan(free)) return { kind: 'amount-mismatch' };

    const { reason, correlationId } = command;
    const wish = { origin: 'REQUEST', causeId, amount, reason, correlationId } as const;
    const now = await tx.now();
    // Ours for as long as it may wait for its turn. A relay that came first would leave us to wait for it, and to say "unknown".
    const dueAt = new Date(now.getTime() + this.times.waitForOtherMs);
    const refund = refundOfPayment(payment, wish, this.ids, now, dueAt);
    await tx.refunds.insert(refund);
    return { kind: 'reserved', payment, refund, isNew: true };
  }

  async #inTurn(refund: Refund, receiveAccount: ReceiveAccount | undefined): Promise<Ended | null> {
    const deadlineMs = this.clock.elapsedMs() + this.times.waitForOtherMs;
    const impatience = new AbortController();
    const state = { isMyTurn: false, hasLeft: false };
    const tooLong = this.clock.sleep(this.times.waitForOtherMs, impatience.signal).then(
      () => null,
      () => null,
    );
    const turn = this.#turns.take(refund.state.orderId, async () => {
      if (state.hasLeft) return null;
      state.isMyTurn = true;
      return this.#carryOut(refund, receiveAccount, deadlineMs);
    });
    try {
      const first = await Promise.race([turn, tooLong]);
      // Its own call may take longer than its patience for others.
      if (first === null && state.isMyTurn) return await turn;
      return first;
    } finally {
      state.hasLeft = true;
      turn.catch(() => undefined);
      impatience.abort();
    }
  }

  /** Carries out what comes before this refund, and then this. @returns null when the deadline, or something unclear, came first. */
  async #carryOut(
    wanted: Refund,
    receiveAccount: ReceiveAccount | undefined,
    deadlineMs: number,
  ): Promise<Ended | null> {
    for (;;) {
      const claim = await this.claims.next(wanted.state.orderId, wanted);
      if (claim.kind === 'claimed') {
        const isMine = claim.refund.state.refundId === wanted.state.refundId;
        const ended = await this.execution.run(claim, isMine ? receiveAccount : undefined);
        if (isMine) return ended;
        if (!ended.refund.isSettled) return null;
        continue;
      }
      const known = await this.#settled(wanted);
      if (known !== null) return known;
      if (claim.kind === 'idle' || this.clock.elapsedMs() >= deadlineMs) return null;
      await this.clock.sleep(LOOK_INTERVAL_MS);
    }
  }

  /** As somebody else has settled it; null when nobody has. */
  async #settled(wanted: Refund): Promise<Ended | null> {
    const { orderId, paymentId, causeId } = wanted.state;
    const [payment, refund] = await this.unitOfWork.run((tx) =>
      Promise.all([tx.payments.findByOrderIdForUpdate(orderId), tx.refunds.findByCause(paymentId, causeId)]),
    );
    return payment !== null && refund?.isSettled === true ? { payment, refund } : null;
  }
}

interface Ended {
  readonly payment: Payment;
  readonly refund: Refund;
}

type Reservation =
  | { readonly kind: 'reserved'; readonly payment: Payment; readonly refund: Refund; readonly isNew: boolean }
  | Extract<
      CancelPaymentResult,
      { kind: 'not-found' | 'nothing-paid' | 'already-canceled' | 'amount-mismatch' | 'in-progress' }
    >;
