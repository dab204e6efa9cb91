import { type EventMessage } from './event-message.js';
import { orderEvents } from '../events/events.js';
import { type OrderEvent } from '../order-event.js';
import { parseEvent } from './parse-event.js';
import { type ParsedEvent } from './parsed-event.js';

/** Reads a message from one of the order topics. Never throws, whatever the bytes are. */
export function parseOrderEvent(message: EventMessage): ParsedEvent<OrderEvent> {
  return parseEvent(orderEvents, message) as ParsedEvent<OrderEvent>;
}
