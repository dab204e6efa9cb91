import { type OrderEvent } from '../order-event.js';
import { type PaymentEvent } from '../payment-event.js';
import { topics } from './topics.js';

/** The topic an event is published on. */
export function topicOf(event: Pick<OrderEvent | PaymentEvent, 'type'>): string {
  return topics[event.type];
}
