import { defineEvent } from '../cloud-event.js';
import { either, id64, list, object, optional, text, won } from '../shape/shape.js';
import { inboundTracing } from './tracing-fields.js';

export const orderRefundRequested = defineEvent({
  type: 'order.refund.requested',
  topic: 'koosco.commerce.order.refund.requested',
  version: 1,
  data: object({
    /** The order whose payment gives money back. */
    orderId: id64(),
    /** The buyer. */
    userId: optional(id64()),
    /** What to give back, in won. Never assumed: an event without it is invalid. */
    refundAmount: won(1n),
    /** Which items of the order the refund is for. */
    refundedItemIds: optional(list(either(id64(), text()))),
    /** Why, for people. */
    reason: optional(text({ min: 0 })),
    ...inboundTracing,
  }),
});
