import { orderCancelled } from './events/order-cancelled.v1.js';
import { orderPlaced } from './events/order-placed.v1.js';
import { orderRefundRequested } from './events/order-refund-requested.v1.js';
import { type OrderEvent } from './order-event.js';
import { serializeEvent } from './serialize-event.js';

/**
 * JSON text of an event in structured mode: the value of a Kafka message. Fields the contract does not know are left out.
 * @throws TypeError that names the fields when the event does not keep its contract.
 */
export function serializeOrderEvent(event: OrderEvent): string {
  return serializeEvent([orderPlaced, orderRefundRequested, orderCancelled], event);
}
