import { type Money, type OrderId, type Payment, PaymentAttempt, PaymentIdempotency } from '@koosco/payment-domain';
import { type ApprovalSettlement } from './approval-settlement';
import { type ApprovePaymentResult, RETRY_AFTER_SECONDS, approvedResult, resultOf } from './approve-payment-result';
import { chargeAgain } from './charge-again';
import { type Clock } from './ports/clock';
import { type IdGenerator } from './ports/id-generator';
import { type PaymentGateway } from './ports/payment-gateway';
import { type PaymentReader } from './ports/payment-reader';
import { type Transaction, type UnitOfWork } from './ports/unit-of-work';
import { type Requester, mayActOn } from './requester';

export interface ApprovePaymentCommand {
  readonly requester: Requester;
  readonly orderId: OrderId;
  readonly paymentKey: string;
  readonly amount: Money;
  readonly correlationId: string;
}

export interface ApprovePaymentTimes {
  /** How long one worker has an attempt to itself; longer than the gateway's deadline with all its retries. */
  readonly attemptLeaseMs: number;
  /** How long a second confirm waits for the result of the first before it is told to come back. */
  readonly waitForOtherMs: number;
}

/** How often a waiting confirm looks whether the first one has ended. */
const POLL_INTERVAL_MS = 50;

/**
 * A buyer came back from the payment window: charge what they authenticated. The intention is durable before the
 * gateway is called, and its answer is settled in a second transaction, so that a crash anywhere leaves an attempt that
 * a retry of the same confirm, or the relay, brings to its end.
 */
export class ApprovePaymentUseCase {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: PaymentReader,
    private readonly gateway: PaymentGateway,
    private readonly settlement: ApprovalSettlement,
    private readonly clock: Clock,
    private readonly ids: IdGenerator,
    private readonly times: ApprovePaymentTimes,
  ) {}

  async execute(command: ApprovePaymentCommand): Promise<ApprovePaymentResult> {
    const deadline = this.clock.now().getTime() + this.times.waitForOtherMs;
    let claim = await this.unitOfWork.run((tx) => this.#claim(tx, command));
    while (claim.kind === 'busy') {
      const ended = await this.#waitForEnd(claim.attempt, deadline);
      if (!ended) return { kind: 'in-progress', retryAfterSeconds: RETRY_AFTER_SECONDS };
      claim = await this.unitOfWork.run((tx) => this.#claim(tx, command));
    }
    if (claim.kind === 'finished') return claim.result;

    // No transaction is open here: a slow gateway must not hold row locks.
    const { attempt, payment } = claim;
    const { paymentKey, amount, gatewayIdempotencyKey: idempotencyKey, createdAt: requestedAt } = attempt.state;
    const request = { paymentKey, pgOrderId: payment.state.pgOrderId, amount, idempotencyKey };
    const outcome = claim.isTakenOver
      ? await chargeAgain(this.gateway, { ...request, requestedAt })
      : await this.gateway.approve(request);

    const settled = await this.unitOfWork.run((tx) => this.settlement.settle(tx, attempt.state, outcome));
    return resultOf(settled.payment, settled.attempt, { replayed: !settled.applied });
  }

  /** Decides, under the payment's lock, whether this confirm may talk to the gateway, and makes that durable. */
  async #claim(tx: Transaction, command: ApprovePaymentCommand): Promise<Claim> {
    const payment = await tx.payments.findByOrderIdForUpdate(command.orderId);
    if (payment === null || !mayActOn(command.requester, payment)) return finished({ kind: 'not-found' });
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
        return this.#claimReady(tx, payment, command);
    }
  }

  async #claimReady(tx: Transaction, payment: Payment, command: ApprovePaymentCommand): Promise<Claim> {
    const now = this.clock.now();
    const leasedUntil = new Date(now.getTime() + this.times.attemptLeaseMs);
    const { paymentId, orderId, amount } = payment.state;

    const unresolved = await tx.attempts.findUnresolved(paymentId);
    if (unresolved !== null) {
      // Another payment key while the first may have moved money could charge twice: it has to wait.
      const mayJoin = unresolved.state.paymentKey === command.paymentKey && !unresolved.isLeasedAt(now);
      if (!mayJoin) return { kind: 'busy', attempt: unresolved };
      const attempt = unresolved.takeOver(now, leasedUntil);
      await tx.attempts.save(attempt);
      return { kind: 'claimed', payment, attempt, isTakenOver: true };
    }

    await tx.idempotency.insertNew([PaymentIdempotency.of(orderId, 'APPROVE', command.paymentKey)]);
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
      leasedUntil,
    });
    await tx.attempts.insert(attempt);
    return { kind: 'claimed', payment, attempt, isTakenOver: false };
  }

  /** @returns false when the deadline came first. */
  async #waitForEnd(attempt: PaymentAttempt, deadline: number): Promise<boolean> {
    while (this.clock.now().getTime() < deadline) {
      await this.clock.sleep(POLL_INTERVAL_MS);
      const current = await this.reader.findAttempt(attempt.state.attemptId);
      if (current === null || current.state.updatedAt > attempt.state.updatedAt || current.isSettled) return true;
    }
    return false;
  }
}

type Claim =
  | { readonly kind: 'finished'; readonly result: ApprovePaymentResult }
  | { readonly kind: 'busy'; readonly attempt: PaymentAttempt }
  | {
      readonly kind: 'claimed';
      readonly payment: Payment;
      readonly attempt: PaymentAttempt;
      readonly isTakenOver: boolean;
    };

function finished(result: ApprovePaymentResult): Claim {
  return { kind: 'finished', result };
}
