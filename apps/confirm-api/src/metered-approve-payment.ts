import {
  type ApprovePaymentCommand,
  type ApprovePaymentResult,
  type ApprovePaymentUseCase,
} from '@koosco/payment-application';
import {
  IDEMPOTENCY_DUPLICATE_PREVENTED,
  type Logger,
  type Metrics,
  PAYMENT_APPROVED,
} from '@koosco/payment-observability';

/** Counts and logs what confirms come to, so that the use case itself need not. */
export class MeteredApprovePayment implements Pick<ApprovePaymentUseCase, 'execute'> {
  readonly #approved;
  readonly #duplicates;
  readonly #confirms;

  constructor(
    private readonly approvePayment: Pick<ApprovePaymentUseCase, 'execute'>,
    metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.#approved = metrics.counter(PAYMENT_APPROVED);
    this.#duplicates = metrics.counter(IDEMPOTENCY_DUPLICATE_PREVENTED);
    this.#confirms = metrics.counter({
      name: 'payment_confirm_total',
      help: 'Confirms by what they came to; not-charged and unknown are the ones to be woken for',
      labelNames: ['outcome'],
    });
  }

  async execute(command: ApprovePaymentCommand): Promise<ApprovePaymentResult> {
    const result = await this.#execute(command);
    this.#confirms.inc({ outcome: result.kind });
    if (result.kind === 'approved') {
      if (result.replayed) this.#duplicates.inc({ action: 'APPROVE' });
      else this.#approved.inc();
    }
    const line = {
      orderId: command.orderId.toString(),
      // The logger masks it by its name.
      paymentKey: command.paymentKey,
      outcome: result.kind,
      ...('pgCode' in result && { pgCode: result.pgCode }),
    };
    if (result.kind === 'unknown' || result.kind === 'not-charged') this.logger.warn(line, 'confirm not settled');
    else this.logger.info(line, 'confirm');
    return result;
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
