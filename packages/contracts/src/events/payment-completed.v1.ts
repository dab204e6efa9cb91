import { defineEvent } from '../cloud-event.js';
import { count, literal, nullable, object, text, won } from '../shape/shape.js';
import { paymentFields } from './payment-fields.js';

export const paymentCompleted = defineEvent({
  type: 'payment.completed',
  topic: 'koosco.commerce.payment.completed',
  version: 1,
  data: object({
    ...paymentFields,
    /** What was paid, in won. */
    paidAmount: won(),
    /** Toss's key of the payment; empty for an order of 0 won, which is paid without Toss. */
    paymentKey: text({ min: 0 }),
    /** Toss's key of the transaction; null for an order of 0 won. */
    pgTransactionId: nullable(text()),
    /** The same as `pgTransactionId`, under the name order-service reads. */
    transactionId: nullable(text()),
    /** ISO 4217. */
    currency: literal('KRW'),
    /** When the payment was approved, in milliseconds since 1970-01-01T00:00:00Z. */
    approvedAt: count(1),
  }),
});
