import { orderEvents } from '../events/events.js';
import { type OrderEvent } from '../order-event.js';
import { serializeEvent } from './serialize-event.js';

/**
 * JSON text of an event in structured mode: the value of a Kafka message. Fields the contract does not know are left out.
 * @throws TypeError that names the fields when the event does not keep its contract.
 */
export function serializeOrderEvent(event: OrderEvent): string {
  return serializeEvent(orderEvents, event);
}
