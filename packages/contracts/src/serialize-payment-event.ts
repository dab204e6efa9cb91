import { paymentCanceled } from './events/payment-canceled.v1.js';
import { paymentCompleted } from './events/payment-completed.v1.js';
import { paymentCreated } from './events/payment-created.v1.js';
import { paymentFailed } from './events/payment-failed.v1.js';
import { type PaymentEvent } from './payment-event.js';
import { serializeEvent } from './serialize-event.js';

/**
 * JSON text of an event in structured mode: the value of a Kafka message and the payload of the outbox. Fields the
 * contract does not know are left out.
 * @throws TypeError that names the fields when the event does not keep its contract.
 */
export function serializePaymentEvent(event: PaymentEvent): string {
  return serializeEvent([paymentCreated, paymentCompleted, paymentFailed, paymentCanceled], event);
}
