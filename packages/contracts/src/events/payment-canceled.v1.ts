import { defineEvent } from '../cloud-event.js';
import { boolean, count, literal, nullable, object, text, won } from '../shape/shape.js';
import { paymentFields } from './payment-fields.js';

export const paymentCanceled = defineEvent({
  type: 'payment.canceled',
  topic: 'koosco.commerce.payment.canceled',
  version: 1,
  data: object({
    ...paymentFields,
    /** Toss's key of this cancellation; null when nothing had been charged. */
    pgTransactionId: nullable(text()),
    /** What this cancellation gave back, in won. */
    canceledAmount: won(),
    /** What all cancellations of the payment gave back, in won. */
    totalCanceledAmount: won(),
    /** What is still paid, in won. */
    remainingAmount: won(),
    /** Whether nothing is left: the order is over. */
    isFullyCanceled: boolean(),
    /** ISO 4217. */
    currency: literal('KRW'),
    /** When it was cancelled, in milliseconds since 1970-01-01T00:00:00Z. */
    canceledAt: count(1),
  }),
});
