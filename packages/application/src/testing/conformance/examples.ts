import { newPaymentEvent, type PaymentEvent } from '@koosco/payment-contracts';
import { Money, OrderId, Payment, PaymentAttempt, PaymentId, PaymentIdempotency, UserId } from '@koosco/payment-domain';
import { randomInt, randomUUID } from 'node:crypto';
import { type ConformingDatabase } from './conforming-database';

export const now = new Date('2026-01-15T09:00:00.123Z');
export const later = new Date('2026-01-15T09:00:05.999Z');
/** Beyond the life of any test database: what is due then is not due. */
export const muchLater = new Date('2099-01-15T10:00:00.000Z');
export const refused = { kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT', pgMessage: '존재하지 않는 결제' } as const;
export const approvedOutcome = {
  kind: 'approved',
  pgTransactionId: 'charge-1',
  approvedAt: later,
  method: '카드',
  receiptUrl: 'https://receipts.example/1',
} as const;

// Below 2^53 and never twice, so that the tests of a run, and several runs, can share one database.
let lastOrderId = BigInt(randomInt(2 ** 40)) * 4096n;

export function freshOrderId(): OrderId {
  lastOrderId += 1n;
  return OrderId.of(lastOrderId);
}

export function createKey(orderId: OrderId, key: string): PaymentIdempotency {
  return PaymentIdempotency.of(orderId, 'CREATE', key);
}

export function newPayment(overrides: Partial<Parameters<typeof Payment.create>[0]> = {}): Payment {
  return Payment.create({
    paymentId: PaymentId.of(randomUUID()),
    orderId: freshOrderId(),
    userId: UserId.of(7n),
    amount: Money.krw(1000n),
    orderName: '생수',
    correlationId: 'correlation',
    now,
    ...overrides,
  });
}

export async function stored(database: ConformingDatabase, payment: Payment): Promise<Payment> {
  await database.unitOfWork.run((tx) => tx.payments.insertNew([payment]));
  return payment;
}

export function approve(payment: Payment): Payment {
  return payment.approve({ ...approvedOutcome, paymentKey: 'key', amount: payment.state.amount }, later);
}

export function newAttempt({ state }: Payment, leasedUntil: Date = muchLater): PaymentAttempt {
  const attemptId = randomUUID();
  return PaymentAttempt.start({
    attemptId,
    paymentId: state.paymentId,
    orderId: state.orderId,
    paymentKey: 'key',
    gatewayIdempotencyKey: `approve-${attemptId}`,
    amount: state.amount,
    correlationId: state.correlationId,
    now,
    leasedUntil,
    send: {
      keySlot: 'first',
      credential: 'credential',
      unanswered: true,
      answerCode: null,
      isUnclear: false,
      mayArriveUntil: muchLater,
    },
  });
}

export function eventOf({ state: { paymentId, orderId, correlationId } }: Payment): PaymentEvent {
  const data = { paymentId, orderId, correlationId, causationId: 'cause', sequence: 1 };
  return newPaymentEvent('payment.created', { id: randomUUID(), time: now, data });
}
