import { type AttemptExecution, type RefundExecution } from '@koosco/payment-application';
import { type PaymentAttempt, type Refund } from '@koosco/payment-domain';
import { continueTrace, inOrderTrace } from '@koosco/payment-telemetry';

type Settled = Awaited<ReturnType<AttemptExecution['run'] | RefundExecution['run']>>;

/** Each look after an attempt as a span in the trace of its order, which is known once the payment was read. */
export function tracedAttempts(execution: AttemptExecution): Pick<AttemptExecution, 'run' | 'leaseMs'> {
  return {
    leaseMs: execution.leaseMs,
    run: (attempt, taken) => inTraceOf('settle attempt', attempt, () => execution.run(attempt, taken)),
  };
}

/** As {@link tracedAttempts}, each look after a refund. */
export function tracedRefunds(execution: RefundExecution): Pick<RefundExecution, 'run'> {
  return {
    run: (claimed, account) => inTraceOf('carry out refund', claimed.refund, () => execution.run(claimed, account)),
  };
}

function inTraceOf<T extends Settled>(name: string, of: PaymentAttempt | Refund, run: () => Promise<T>): Promise<T> {
  const { orderId, paymentId } = of.state;
  return inOrderTrace(
    { name, attributes: { 'payment.order_id': orderId.toString(), 'payment.id': paymentId } },
    async () => {
      const settled = await run();
      // What is not settled has no event that would say it.
      continueTrace(settled.payment.state.traceParent);
      return settled;
    },
    ({ outcome, applied }) => ({ 'payment.outcome': outcome, 'payment.applied': applied }),
  );
}
