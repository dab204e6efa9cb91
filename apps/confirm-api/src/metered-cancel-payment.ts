import {
  type CancelPaymentCommand,
  type CancelPaymentResult,
  type CancelPaymentUseCase,
} from '@koosco/payment-application';
import { type Logger, type Metrics } from '@koosco/payment-telemetry';
import { type DuplicatesPrevented } from './confirm/duplicates-prevented';

/** Counts and logs what cancels come to, so that the use case itself need not. */
export class MeteredCancelPayment implements Pick<CancelPaymentUseCase, 'execute'> {
  readonly #cancels;

  constructor(
    private readonly cancelPayment: Pick<CancelPaymentUseCase, 'execute'>,
    metrics: Metrics,
    private readonly duplicates: DuplicatesPrevented,
    private readonly logger: Logger,
  ) {
    this.#cancels = metrics.counter(
      {
        name: 'payment_cancel_total',
        help: 'Cancels by what they came to; refused, not-refunded and unknown are the ones to look at',
        labelNames: ['outcome'],
      },
      Object.keys(outcomes).map((outcome) => ({ outcome })),
    );
  }

  async execute(command: CancelPaymentCommand): Promise<CancelPaymentResult> {
    const result = await this.#execute(command);
    this.#cancels.inc({ outcome: result.kind });
    const isReplayed = result.kind === 'refunded' && result.replayed;
    if (isReplayed) this.duplicates.inc({ action: 'CANCEL' });
    const line = {
      paymentId: command.paymentId,
      // What the answer to this one request says in X-Correlation-Id.
      requestId: command.correlationId,
      amount: command.amount?.krw.toString() ?? 'all',
      outcome: result.kind,
      ...('refundId' in result && { refundId: result.refundId, orderId: result.orderId.toString() }),
      ...('pgCode' in result && { pgCode: result.pgCode }),
    };
    const needsEyes = ['refused', 'not-refunded', 'unknown'].includes(result.kind);
    if (needsEyes) this.logger.warn(line, `cancel: ${result.kind}`);
    else this.logger.info(line, isReplayed ? 'cancel replayed' : `cancel: ${result.kind}`);
    return result;
  }

  async #execute(command: CancelPaymentCommand): Promise<CancelPaymentResult> {
    try {
      return await this.cancelPayment.execute(command);
    } catch (error) {
      this.#cancels.inc({ outcome: 'failed' });
      throw error;
    }
  }
}

/** A record, so that none is forgotten. */
const outcomes: Record<CancelPaymentResult['kind'] | 'failed', true> = {
  ...{ refunded: true, refused: true, 'not-refunded': true, unknown: true, failed: true, 'in-progress': true },
  ...{ 'not-found': true, 'nothing-paid': true, 'already-canceled': true, 'amount-mismatch': true },
};
