export { type CloudEvent } from './cloud-event.js';
export { correlationIdOf } from './correlation-id-of.js';
export { dedupeKeyOf } from './dedupe-key-of.js';
export { dltTopicOf } from './dlt-topic-of.js';
export { type EventMessage } from './event-message.js';
export { type InvalidField } from './invalid-field.js';
export { newOrderEvent } from './new-order-event.js';
export { newPaymentEvent } from './new-payment-event.js';
export {
  type OrderCancelledEvent,
  type OrderEvent,
  type OrderPlacedEvent,
  type OrderRefundRequestedEvent,
} from './order-event.js';
export { parseOrderEvent } from './parse-order-event.js';
export { parsePaymentEvent } from './parse-payment-event.js';
export { type ParsedEvent } from './parsed-event.js';
export { partitionKeyOf } from './partition-key-of.js';
export {
  type PaymentCanceledEvent,
  type PaymentCompletedEvent,
  type PaymentCreatedEvent,
  type PaymentEvent,
  type PaymentFailedEvent,
} from './payment-event.js';
export { type SequenceState, type SequenceVerdict, emptySequence, observeSequence } from './sequence.js';
export { serializeOrderEvent } from './serialize-order-event.js';
export { serializePaymentEvent } from './serialize-payment-event.js';
export { topicOf } from './topic-of.js';
export { paymentTopics, topics } from './topics.js';
