import { type ApprovePaymentCommand } from '@koosco/payment-application';
import { Money, OrderId, Payment, PaymentId, UserId } from '@koosco/payment-domain';
import { recordSpans } from '@koosco/payment-telemetry/testing';
import { describe, expect, it } from '@jest/globals';
import { TracedApprovePayment } from './traced-approve-payment';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const order = { orderId: OrderId.of(123n), userId: UserId.of(7n), amount: Money.krw(10_000n) };
const payment = Payment.create({
  ...order,
  paymentId: PaymentId.of('0192f0c1-0000-7000-8000-000000000001'),
  ...{ orderName: '주문 123', correlationId: 'saga', now: new Date(0) },
  traceParent: `00-${TRACE_ID}-b7ad6b7169203331-01`,
});
const command = {
  ...order,
  requester: { kind: 'trusted' },
  paymentKey: 'tgen_20250626194853NtWm4',
  correlationId: 'r',
} as const;

describe('TracedApprovePayment', () => {
  it('has a confirm in the trace of its order also where nobody knows what came of it, and tells who listens', async () => {
    const recorded = recordSpans();
    const heard: Payment[] = [];
    const approve = new TracedApprovePayment({
      execute: (given: ApprovePaymentCommand) => {
        given.onPaymentFound?.(payment);
        return Promise.resolve({ kind: 'unknown', paymentId: payment.state.paymentId, retryAfterSeconds: 3 });
      },
    });
    await approve.execute({ ...command, onPaymentFound: (found) => heard.push(found) });
    recorded.stop();
    const [span] = recorded.spans();
    expect(recorded.spans()).toHaveLength(1);
    expect(span!.spanContext().traceId).toBe(TRACE_ID);
    expect(span).toMatchObject({
      name: 'approve payment',
      attributes: { 'payment.order_id': '123', 'payment.outcome': 'unknown' },
    });
    expect(heard).toEqual([payment]);
  });
});
