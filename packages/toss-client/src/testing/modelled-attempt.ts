import { Money, OrderId, PaymentAttempt, PaymentId } from '@koosco/payment-domain';

const SESSION_MS = 15 * 60_000;

/** An attempt that has just begun, at the time 0, with its first request recorded if that is done before it leaves. */
export function modelledAttempt(leaseMs: number, isRecorded: boolean): PaymentAttempt {
  return PaymentAttempt.start({
    attemptId: 'attempt',
    paymentId: PaymentId.of('019b76da-a800-7000-8000-000000000001'),
    orderId: OrderId.of(1n),
    paymentKey: 'payment-key',
    gatewayIdempotencyKey: 'attempt',
    amount: Money.krw(10_000n),
    correlationId: 'correlation',
    now: new Date(0),
    leasedUntil: new Date(leaseMs),
    send: {
      keySlot: 'first',
      credential: 'a',
      unanswered: isRecorded,
      answerCode: null,
      isUnclear: false,
      mayArriveUntil: new Date(SESSION_MS),
    },
  });
}
