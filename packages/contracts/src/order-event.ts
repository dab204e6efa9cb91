import { type orderEvents } from './events/events.js';
import { type orderCancelled } from './events/order-cancelled.v1.js';
import { type orderPlaced } from './events/order-placed.v1.js';
import { type orderRefundRequested } from './events/order-refund-requested.v1.js';
import { type TypeOf } from './shape/shape.js';

/** An order waits to be paid. */
export type OrderPlacedEvent = TypeOf<(typeof orderPlaced)['shape']>;

/** Part or all of what was paid for an order is to go back. */
export type OrderRefundRequestedEvent = TypeOf<(typeof orderRefundRequested)['shape']>;

/** An order is over: nothing may stay charged for it. */
export type OrderCancelledEvent = TypeOf<(typeof orderCancelled)['shape']>;

/** What order-service says and payment-service hears. */
export type OrderEvent = TypeOf<(typeof orderEvents)[number]['shape']>;
