import { type ApprovalOutcome, type PaymentAttempt, PgOrderId } from '@koosco/payment-domain';
import { type ApprovalSettlement } from './approval-settlement';
import { chargeAgain } from './charge-again';
import { type Clock } from './ports/clock';
import { type PaymentGateway } from './ports/payment-gateway';
import { type UnitOfWork } from './ports/unit-of-work';

export interface SettleAttemptsTimes {
  /** How long the relay has an attempt to itself; longer than the gateway's deadline with all its retries. */
  readonly attemptLeaseMs: number;
}

/** One round: how each attempt that was due came out, or that looking after it failed. */
export interface SettledAttempt {
  readonly attemptId: string;
  readonly outcome: ApprovalOutcome['kind'] | 'failed';
  readonly error?: unknown;
}

/**
 * Confirms that were killed, or never read an answer, are brought to their end: the relay asks the gateway what became
 * of the charge and settles what it hears. It never concludes from silence.
 */
export class SettleAttemptsUseCase {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly gateway: PaymentGateway,
    private readonly settlement: ApprovalSettlement,
    private readonly clock: Clock,
    private readonly times: SettleAttemptsTimes,
  ) {}

  /**
   * Looks after up to `limit` attempts that are due, side by side. Any number of relays may do so at once. One attempt
   * that fails (a database error, a charge that its payment cannot take) does not keep the others from being settled;
   * its lease runs out and it is due again.
   */
  async execute({ limit }: { limit: number }): Promise<readonly SettledAttempt[]> {
    const now = this.clock.now();
    const leasedUntil = new Date(now.getTime() + this.times.attemptLeaseMs);
    const due = await this.unitOfWork.run((tx) => tx.attempts.takeOverDue({ now, leasedUntil, limit }));
    return Promise.all(due.map((attempt) => this.#settle(attempt)));
  }

  async #settle(attempt: PaymentAttempt): Promise<SettledAttempt> {
    const { attemptId, orderId, paymentKey, amount, gatewayIdempotencyKey, createdAt } = attempt.state;
    try {
      const outcome = await chargeAgain(this.gateway, {
        paymentKey,
        amount,
        pgOrderId: PgOrderId.of(orderId),
        idempotencyKey: gatewayIdempotencyKey,
        requestedAt: createdAt,
      });
      await this.unitOfWork.run((tx) => this.settlement.settle(tx, attempt.state, outcome));
      return { attemptId, outcome: outcome.kind };
    } catch (error) {
      return { attemptId, outcome: 'failed', error };
    }
  }
}
