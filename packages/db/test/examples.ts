import { type Transaction } from '@koosco/payment-application';
import { newPaymentEvent, type PaymentEvent } from '@koosco/payment-contracts';
import { Money, OrderId, Payment, PaymentId, PaymentIdempotency, UserId } from '@koosco/payment-domain';
import { randomUUID } from 'node:crypto';

let lastOrderId = 0n;

export function newPayment(overrides: Partial<Parameters<typeof Payment.create>[0]> = {}): Payment {
  lastOrderId += 1n;
  return Payment.create({
    paymentId: PaymentId.of(randomUUID()),
    orderId: OrderId.of(lastOrderId),
    userId: UserId.of(7n),
    amount: Money.krw(1000n),
    orderName: '생수',
    correlationId: 'correlation',
    now: new Date('2026-01-15T09:00:00.123Z'),
    ...overrides,
  });
}

export function createdEvent({ state: { paymentId, orderId } }: Payment, correlationId = 'correlation'): PaymentEvent {
  return newPaymentEvent('payment.created', {
    id: randomUUID(),
    time: new Date(),
    data: { paymentId, orderId, correlationId, causationId: 'cause', sequence: 1 },
  });
}

/** What creating a payment writes: three tables. */
export async function writeCreation(tx: Transaction, payment: Payment): Promise<void> {
  await tx.idempotency.insertNew([PaymentIdempotency.of(payment.state.orderId, 'CREATE', 'event')]);
  await tx.payments.insertNew([payment]);
  await tx.events.publish([createdEvent(payment)]);
}
