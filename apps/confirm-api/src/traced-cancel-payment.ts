import { type CancelPaymentUseCase } from '@koosco/payment-application';
import { inOrderTrace } from '@koosco/payment-telemetry';

/** Each cancel as a span: in the trace of its order once money has gone back, in that of its request where none does. */
export function tracedCancelPayment(
  cancelPayment: Pick<CancelPaymentUseCase, 'execute'>,
): Pick<CancelPaymentUseCase, 'execute'> {
  return {
    execute: (command) =>
      inOrderTrace(
        { name: 'cancel payment', attributes: { 'payment.id': command.paymentId } },
        () => cancelPayment.execute(command),
        (result) => ({ 'payment.outcome': result.kind }),
      ),
  };
}
