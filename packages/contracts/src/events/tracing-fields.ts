import { optional, text } from '../shape/shape.js';

/** How an inbound event is placed in its saga. */
export const inboundTracing = {
  /** The saga the event belongs to. When it is missing or empty, the order id stands for it. */
  correlationId: optional(text({ min: 0 })),
  /** Id of the event or request that caused this one. */
  causationId: optional(text({ min: 0 })),
};

/** How an outbound event is placed in its saga. */
export const outboundTracing = {
  /** The saga the event belongs to: the correlation id of the order, or the order id. */
  correlationId: text(),
  /** Id of the CloudEvent or request that caused this event. */
  causationId: text(),
};
