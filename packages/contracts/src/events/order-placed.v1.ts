import { defineEvent } from '../cloud-event.js';
import { count, either, id64, list, object, optional, text, won } from '../shape/shape.js';
import { inboundTracing } from './tracing-fields.js';

export const orderPlaced = defineEvent({
  type: 'order.placed',
  topic: 'koosco.commerce.order.placed',
  version: 1,
  data: object({
    /** The order; one payment is made for it, however often it is announced. */
    orderId: id64(),
    /** The buyer. */
    userId: id64(),
    /** What is to be paid, in won. 0 is paid without the buyer doing anything. */
    payableAmount: won(),
    /** What was ordered. */
    items: list(
      object({
        /** Stock keeping unit, a number or a string. */
        skuId: either(id64(), text()),
        /** How many. */
        quantity: optional(count(1)),
        /** Price of one, in won. */
        unitPrice: optional(won()),
      }),
    ),
    ...inboundTracing,
  }),
});
