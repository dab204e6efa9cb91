import {
  type ApprovePaymentCommand,
  type ApprovePaymentResult,
  type ApprovePaymentUseCase,
} from '@koosco/payment-application';
import { type Payment } from '@koosco/payment-domain';
import { type Logger, type Metrics } from '@koosco/payment-telemetry';
import { PAYMENT_APPROVED } from '@koosco/payment-application';
import { type DuplicatesPrevented } from './duplicates-prevented';

/** Counts and logs what confirms come to, so that the use case itself need not. */
export class MeteredApprovePayment implements Pick<ApprovePaymentUseCase, 'execute'> {
  readonly #approved;
  readonly #confirms;

  constructor(
    private readonly approvePayment: Pick<ApprovePaymentUseCase, 'execute'>,
    metrics: Metrics,
    private readonly duplicates: DuplicatesPrevented,
    private readonly logger: Logger,
  ) {
    this.#approved = metrics.counter(PAYMENT_APPROVED);
    this.#confirms = metrics.counter(
      {
        name: 'payment_confirm_total',
        help: 'Confirms by what they came to; not-charged and unknown are the ones to be woken for',
        labelNames: ['outcome'],
      },
      Object.keys(outcomes).map((outcome) => ({ outcome })),
    );
  }

  async execute(command: ApprovePaymentCommand): Promise<ApprovePaymentResult> {
    let found: Payment | undefined;
    const onPaymentFound = (payment: Payment) => {
      found = payment;
      command.onPaymentFound?.(payment);
    };
    const result = await this.#execute({ ...command, onPaymentFound });
    this.#confirms.inc({ outcome: result.kind });
    if (result.kind === 'approved') {
      if (result.replayed) this.duplicates.inc({ action: 'APPROVE' });
      else this.#approved.inc();
    }
    this.#log(command, result, found);
    return result;
  }

  /** Under the payment's own correlation id, which its order brought along and its events carry on. */
  #log(command: ApprovePaymentCommand, result: ApprovePaymentResult, found: Payment | undefined): void {
    const replayed = isReplayed(result, found);
    const line = {
      orderId: command.orderId.toString(),
      paymentId: found?.state.paymentId,
      correlationId: found?.state.correlationId ?? command.correlationId,
      // What the answer to this one request says in X-Correlation-Id.
      requestId: command.correlationId,
      // The logger masks it by its name.
      paymentKey: command.paymentKey,
      outcome: result.kind,
      replayed,
      ...('pgCode' in result && { pgCode: result.pgCode }),
    };
    if (result.kind === 'unknown' || result.kind === 'not-charged') this.logger.warn(line, 'confirm not settled');
    else if (replayed) this.logger.info(line, `confirm replayed: ${result.kind} before`);
    else this.logger.info(line, `confirm: ${result.kind}`);
  }

  async #execute(command: ApprovePaymentCommand): Promise<ApprovePaymentResult> {
    try {
      return await this.approvePayment.execute(command);
    } catch (error) {
      // The database is away, or money moved for a payment that cannot take it: either way somebody has to look.
      this.#confirms.inc({ outcome: 'failed' });
      throw error;
    }
  }
}

/** A record, so that none is forgotten. */
const outcomes: Record<ApprovePaymentResult['kind'] | 'failed', true> = {
  ...{ approved: true, 'already-approved': true, 'awaiting-deposit': true, 'awaiting-other-deposit': true },
  ...{ declined: true, refused: true, 'not-charged': true, unknown: true, failed: true },
  ...{ 'amount-mismatch': true, 'not-found': true, 'not-ready': true, 'in-progress': true },
};

/** Whether the answer is one that was given, or settled by somebody else, before: nothing happened now. */
function isReplayed(result: ApprovePaymentResult, found: Payment | undefined): boolean {
  if (result.kind === 'approved') return result.replayed;
  return result.kind === 'declined' && found?.state.status === 'FAILED';
}
