import { type AttemptExecution, type RefundExecution } from '@koosco/payment-application';
import { continueTrace, inOrderTrace } from '@koosco/payment-telemetry';

/** Each look after an attempt as a span in the trace of its order, which is known once the payment was read. */
export function tracedAttempts(execution: AttemptExecution): Pick<AttemptExecution, 'run' | 'leaseMs'> {
  return {
    leaseMs: execution.leaseMs,
    run: (attempt, taken) => {
      const { orderId, paymentId } = attempt.state;
      const attributes = { 'payment.order_id': orderId.toString(), 'payment.id': paymentId };
      return inOrderTrace(
        { name: 'settle attempt', attributes },
        async () => {
          const settled = await execution.run(attempt, taken);
          // An attempt that is not settled has no event that would say it.
          continueTrace(settled.payment.state.traceParent);
          return settled;
        },
        ({ outcome, applied }) => ({ 'payment.outcome': outcome, 'payment.applied': applied }),
      );
    },
  };
}

/** As {@link tracedAttempts}, each look after a refund. */
export function tracedRefunds(execution: RefundExecution): Pick<RefundExecution, 'run'> {
  return {
    run: (claimed, account) => {
      const { orderId, paymentId } = claimed.refund.state;
      const attributes = { 'payment.order_id': orderId.toString(), 'payment.id': paymentId };
      return inOrderTrace(
        { name: 'carry out refund', attributes },
        async () => {
          const settled = await execution.run(claimed, account);
          continueTrace(settled.payment.state.traceParent);
          return settled;
        },
        ({ outcome, applied }) => ({ 'payment.outcome': outcome, 'payment.applied': applied }),
      );
    },
  };
}
