import { defineEvent } from '../cloud-event.js';
import { count, either, id64, list, object, optional, text } from '../shape/shape.js';
import { inboundTracing } from './tracing-fields.js';

export const orderCancelled = defineEvent({
  type: 'order.cancelled',
  topic: 'koosco.commerce.order.cancelled',
  version: 1,
  data: object({
    /** The order. Its payment is never charged, or gives everything back. */
    orderId: id64(),
    /** Why: order-service says `USER_REQUEST`, `PAYMENT_TIMEOUT` or `PAYMENT_FAILED`. */
    reason: optional(text({ min: 0 })),
    /** What had been ordered, for inventory. */
    items: optional(
      list(
        object({
          /** Stock keeping unit, a number or a string. */
          skuId: either(id64(), text()),
          /** How many. */
          quantity: optional(count(1)),
        }),
      ),
    ),
    ...inboundTracing,
  }),
});
