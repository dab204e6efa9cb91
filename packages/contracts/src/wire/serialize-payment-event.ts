import { paymentEvents } from '../events/events.js';
import { type PaymentEvent } from '../payment-event.js';
import { serializeEvent } from './serialize-event.js';

/**
 * JSON text of an event in structured mode: the value of a Kafka message and the payload of the outbox. Fields the
 * contract does not know are left out.
 * @throws TypeError that names the fields when the event does not keep its contract.
 */
export function serializePaymentEvent(event: PaymentEvent): string {
  return serializeEvent(paymentEvents, event);
}
