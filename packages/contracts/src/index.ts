export { type CloudEvent } from './cloud-event.js';
export { correlationIdOf } from './correlation-id-of.js';
export { dedupeKeyOf } from './wire/dedupe-key-of.js';
export { dltTopicOf } from './wire/dlt-topic-of.js';
export { type EventMessage } from './wire/event-message.js';
export { type InvalidField } from './wire/invalid-field.js';
export { newOrderEvent } from './new-order-event.js';
export { newPaymentEvent } from './new-payment-event.js';
export {
  type OrderCancelledEvent,
  type OrderEvent,
  type OrderPlacedEvent,
  type OrderRefundRequestedEvent,
} from './order-event.js';
export { parseOrderEvent } from './wire/parse-order-event.js';
export { parsePaymentEvent } from './wire/parse-payment-event.js';
export { type ParsedEvent } from './wire/parsed-event.js';
export { partitionKeyOf } from './wire/partition-key-of.js';
export {
  type PaymentCanceledEvent,
  type PaymentCompletedEvent,
  type PaymentCreatedEvent,
  type PaymentEvent,
  type PaymentFailedEvent,
} from './payment-event.js';
export { type SequenceState, type SequenceVerdict, emptySequence, observeSequence } from './sequence.js';
export { serializeOrderEvent } from './wire/serialize-order-event.js';
export { serializePaymentEvent } from './wire/serialize-payment-event.js';
export { topicOf } from './wire/topic-of.js';
export { orderTopics, paymentTopics, topics } from './wire/topics.js';
