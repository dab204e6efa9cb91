import { type EventMessage } from './event-message.js';
import { paymentCanceled } from './events/payment-canceled.v1.js';
import { paymentCompleted } from './events/payment-completed.v1.js';
import { paymentCreated } from './events/payment-created.v1.js';
import { paymentFailed } from './events/payment-failed.v1.js';
import { parseEvent } from './parse-event.js';
import { type ParsedEvent } from './parsed-event.js';
import { type PaymentEvent } from './payment-event.js';

/** Reads a message from one of the payment topics. Never throws, whatever the bytes are. */
export function parsePaymentEvent(message: EventMessage): ParsedEvent<PaymentEvent> {
  const definitions = [paymentCreated, paymentCompleted, paymentFailed, paymentCanceled];
  return parseEvent(definitions, message) as ParsedEvent<PaymentEvent>;
}
