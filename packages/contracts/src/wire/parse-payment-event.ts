import { type EventMessage } from './event-message.js';
import { paymentEvents } from '../events/events.js';
import { parseEvent } from './parse-event.js';
import { type ParsedEvent } from './parsed-event.js';
import { type PaymentEvent } from '../payment-event.js';

/** Reads a message from one of the payment topics. Never throws, whatever the bytes are. */
export function parsePaymentEvent(message: EventMessage): ParsedEvent<PaymentEvent> {
  return parseEvent(paymentEvents, message) as ParsedEvent<PaymentEvent>;
}
