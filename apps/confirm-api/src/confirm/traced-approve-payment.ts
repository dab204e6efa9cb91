import {
  type ApprovePaymentCommand,
  type ApprovePaymentResult,
  type ApprovePaymentUseCase,
} from '@koosco/payment-application';
import { continueTrace, inOrderTrace } from '@koosco/payment-telemetry';

/** Each confirm as a span in the trace of its order, linked with the request that asked for it. */
export class TracedApprovePayment implements Pick<ApprovePaymentUseCase, 'execute'> {
  constructor(private readonly approvePayment: Pick<ApprovePaymentUseCase, 'execute'>) {}

  execute(command: ApprovePaymentCommand): Promise<ApprovePaymentResult> {
    const traced: ApprovePaymentCommand = {
      ...command,
      onPaymentFound: (payment) => {
        continueTrace(payment.state.traceParent);
        command.onPaymentFound?.(payment);
      },
    };
    const attributes = { 'payment.order_id': command.orderId.toString() };
    return inOrderTrace(
      { name: 'approve payment', attributes },
      () => this.approvePayment.execute(traced),
      (result) => ({ 'payment.outcome': result.kind }),
    );
  }
}
