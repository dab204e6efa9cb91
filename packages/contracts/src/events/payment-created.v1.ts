import { defineEvent } from '../cloud-event.js';
import { object } from '../shape/shape.js';
import { paymentFields } from './payment-fields.js';

export const paymentCreated = defineEvent({
  type: 'payment.created',
  topic: 'koosco.commerce.payment.created',
  version: 1,
  data: object(paymentFields),
});
