import { type paymentEvents } from './events/events.js';
import { type paymentCanceled } from './events/payment-canceled.v1.js';
import { type paymentCompleted } from './events/payment-completed.v1.js';
import { type paymentCreated } from './events/payment-created.v1.js';
import { type paymentFailed } from './events/payment-failed.v1.js';
import { type TypeOf } from './shape/shape.js';

/** A payment waits for the buyer. */
export type PaymentCreatedEvent = TypeOf<(typeof paymentCreated)['shape']>;

/** An order is paid. */
export type PaymentCompletedEvent = TypeOf<(typeof paymentCompleted)['shape']>;

/** An order will not be paid with this payment; nothing is charged. */
export type PaymentFailedEvent = TypeOf<(typeof paymentFailed)['shape']>;

/** Part or all of a payment went back to the buyer, or an unpaid payment was called off. */
export type PaymentCanceledEvent = TypeOf<(typeof paymentCanceled)['shape']>;

/** What payment-service says about a payment. */
export type PaymentEvent = TypeOf<(typeof paymentEvents)[number]['shape']>;
