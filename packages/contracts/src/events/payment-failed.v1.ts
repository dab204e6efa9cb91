import { defineEvent } from '../cloud-event.js';
import { count, literal, nullable, object, text, won } from '../shape/shape.js';
import { paymentFields } from './payment-fields.js';

export const paymentFailed = defineEvent({
  type: 'payment.failed',
  topic: 'koosco.commerce.payment.failed',
  version: 1,
  data: object({
    ...paymentFields,
    /** Why, for people: what the payment gateway said. */
    failureReason: text({ min: 0, max: 4096 }),
    /** Why, as a code. */
    reason: text(),
    /** Toss's key of the transaction, when there is one. */
    pgTransactionId: nullable(text()),
    /** The same as `pgTransactionId`, under the name order-service reads. */
    transactionId: nullable(text()),
    /** What went back to the buyer, in won: 0 unless money had moved. */
    cancelledAmount: won(),
    /** ISO 4217. */
    currency: literal('KRW'),
    /** When it failed, in milliseconds since 1970-01-01T00:00:00Z. */
    cancelledAt: count(1),
  }),
});
