import { type Money, type OrderId, type Payment, PaymentAttempt, PaymentIdempotency } from '@koosco/payment-domain';
import { type ApprovePaymentResult, RETRY_AFTER_SECONDS, approvedResult, resultOf } from './approve-payment-result';
import { type AttemptExecution } from './attempt-execution';
import { type AttemptWatch } from './attempt-watch';
import { type Clock } from '../ports/clock';
import { type IdGenerator } from '../ports/id-generator';
import { type PaymentGateway } from '../ports/gateway/payment-gateway';
import { type Transaction, type UnitOfWork } from '../ports/transaction/unit-of-work';
import { type Requester, mayActOn } from '../read/requester';
import { TurnPerOrder } from '../settle/turn-per-order';

export interface ApprovePaymentCommand {
  readonly requester: Requester;
  readonly orderId: OrderId;
  readonly paymentKey: string;
  readonly amount: Money;
  readonly correlationId: string;
  /** Hears which payment this is about, as it was found and if the requester may see it; again when the search is repeated. */
  readonly onPaymentFound?: (payment: Payment) => void;
}

export interface ApprovePaymentTimes {
  /** How long a second confirm waits for the result of the first before it is told to come back. */
  readonly waitForOtherMs: number;
}

/**
 * A buyer came back from the payment window: charge what they authenticated. The intention is durable before the
 * gateway is called, and its answer is settled in a second transaction, so that a crash anywhere leaves an attempt that
 * a retry of the same confirm, or the relay, brings to its end.
 */
export class ApprovePaymentUseCase {
  readonly #turns = new TurnPerOrder();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly gateway: Pick<PaymentGateway, 'firstSend'>,
    private readonly execution: AttemptExecution,
    private readonly watch: Pick<AttemptWatch, 'untilMoved'>,
    private readonly clock: Clock,
    private readonly ids: IdGenerator,
    private readonly times: ApprovePaymentTimes,
  ) {}

  async execute(command: ApprovePaymentCommand): Promise<ApprovePaymentResult> {
    const deadlineMs = this.clock.elapsedMs() + this.times.waitForOtherMs;
    let claim = await this.#claim(command);
    while (claim.kind === 'busy') {
      const hasMoved = await this.watch.untilMoved(claim.attempt, deadlineMs);
      if (!hasMoved) return inProgress;
      claim = await this.#claim(command);
    }
    if (claim.kind === 'finished') return claim.result;

    const settled = await this.execution.run(claim.attempt, claim);
    return resultOf(settled.payment, settled.attempt, { replayed: !settled.applied });
  }

  async #claim(command: ApprovePaymentCommand): Promise<Claim> {
    return this.#turns.take(command.orderId, async () => {
      const atMs = this.clock.elapsedMs();
      const claim = await this.unitOfWork.run((tx) => this.#claimIn(tx, command));
      return claim.kind === 'claimed' ? { ...claim, atMs } : claim;
    });
  }

  /** Decides, under the payment's lock, whether this confirm may talk to the gateway, and makes that durable. */
  async #claimIn(tx: Transaction, command: ApprovePaymentCommand): Promise<Decision> {
    const [payment, unresolved] = await Promise.all([
      tx.payments.findByOrderIdForUpdate(command.orderId),
      tx.attempts.findUnresolved(command.orderId),
    ]);
    if (payment === null || !mayActOn(command.requester, payment)) return finished({ kind: 'not-found' });
    command.onPaymentFound?.(payment);
    if (!payment.state.amount.equals(command.amount)) return finished({ kind: 'amount-mismatch' });

    switch (payment.state.status) {
      case 'APPROVED':
        if (payment.state.approval?.paymentKey !== command.paymentKey) return finished({ kind: 'already-approved' });
        return finished(approvedResult(payment, { replayed: true }));
      case 'FAILED': {
        const same = await tx.attempts.findLatest(payment.state.paymentId, command.paymentKey);
        return finished(
          same?.state.status === 'DECLINED' ? resultOf(payment, same, { replayed: true }) : { kind: 'not-ready' },
        );
      }
      case 'PARTIALLY_CANCELED':
      case 'CANCELED':
        return finished({ kind: 'not-ready' });
      case 'READY':
        if (unresolved !== null) return this.#join(tx, payment, unresolved, command);
        // Cancelled orders are called off as soon as nothing is under way, so this is only to be sure.
        if (payment.state.orderCancelledAt !== null) return finished({ kind: 'not-ready' });
        return this.#begin(tx, payment, command);
    }
  }

  async #begin(tx: Transaction, payment: Payment, command: ApprovePaymentCommand): Promise<Decision> {
    const now = await tx.now();
    const { paymentId, orderId, amount } = payment.state;
    const attemptId = this.ids.next();
    const attempt = PaymentAttempt.start({
      attemptId,
      paymentId,
      orderId,
      paymentKey: command.paymentKey,
      gatewayIdempotencyKey: attemptId,
      amount,
      correlationId: command.correlationId,
      now,
      leasedUntil: this.#leaseFrom(now),
      // Durable with the attempt itself, so that the ordinary confirm needs no further write before it sends.
      send: this.gateway.firstSend(now),
    });
    await Promise.all([
      tx.idempotency.insertNew([PaymentIdempotency.of(orderId, 'APPROVE', command.paymentKey)]),
      tx.attempts.insert(attempt),
    ]);
    return { kind: 'claimed', attempt, isFresh: true };
  }

  async #join(
    tx: Transaction,
    payment: Payment,
    unresolved: PaymentAttempt,
    command: ApprovePaymentCommand,
  ): Promise<Decision> {
    const { status, paymentKey, fence } = unresolved.state;
    const isSame = paymentKey === command.paymentKey;
    // The buyer transfers whenever they like; the relay and the gateway's webhook look for it, not each of their clicks.
    if (status === 'AWAITING_DEPOSIT') {
      const { paymentId } = payment.state;
      return finished(
        isSame ? resultOf(payment, unresolved, { replayed: true }) : { kind: 'awaiting-other-deposit', paymentId },
      );
    }
    const now = await tx.now();
    if (unresolved.isLeasedAt(now)) return { kind: 'busy', attempt: unresolved };
    // Another payment key while the first may have moved money could charge twice. Nobody is at work that it could wait for.
    if (!isSame) return finished(inProgress);

    const attempt = unresolved.takeOver(now, this.#leaseFrom(now));
    const isMine = await tx.attempts.save(attempt, { fence });
    return isMine ? { kind: 'claimed', attempt, isFresh: false } : { kind: 'busy', attempt: unresolved };
  }

  #leaseFrom(now: Date): Date {
    return new Date(now.getTime() + this.execution.leaseMs);
  }
}

type Decision =
  | { readonly kind: 'finished'; readonly result: ApprovePaymentResult }
  | { readonly kind: 'busy'; readonly attempt: PaymentAttempt }
  | { readonly kind: 'claimed'; readonly attempt: PaymentAttempt; readonly isFresh: boolean };

type Claim =
  | Exclude<Decision, { kind: 'claimed' }>
  | (Extract<Decision, { kind: 'claimed' }> & { /** From before the claim began. */ readonly atMs: number });

const inProgress: ApprovePaymentResult = { kind: 'in-progress', retryAfterSeconds: RETRY_AFTER_SECONDS };

function finished(result: ApprovePaymentResult): Extract<Decision, { kind: 'finished' }> {
  return { kind: 'finished', result };
}
