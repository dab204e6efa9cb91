import { type EventMessage } from './event-message.js';
import { orderCancelled } from './events/order-cancelled.v1.js';
import { orderPlaced } from './events/order-placed.v1.js';
import { orderRefundRequested } from './events/order-refund-requested.v1.js';
import { type OrderEvent } from './order-event.js';
import { parseEvent } from './parse-event.js';
import { type ParsedEvent } from './parsed-event.js';

/** Reads a message from one of the order topics. Never throws, whatever the bytes are. */
export function parseOrderEvent(message: EventMessage): ParsedEvent<OrderEvent> {
  return parseEvent([orderPlaced, orderRefundRequested, orderCancelled], message) as ParsedEvent<OrderEvent>;
}
