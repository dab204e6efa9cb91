import { orderCancelled } from './order-cancelled.v1.js';
import { orderPlaced } from './order-placed.v1.js';
import { orderRefundRequested } from './order-refund-requested.v1.js';
import { paymentCanceled } from './payment-canceled.v1.js';
import { paymentCompleted } from './payment-completed.v1.js';
import { paymentCreated } from './payment-created.v1.js';
import { paymentFailed } from './payment-failed.v1.js';

// Every event stands here once. Unions, parsers, serializers, topics, schemas and what workers subscribe to derive from it.

/** What order-service says and payment-service hears. */
export const orderEvents = [orderPlaced, orderRefundRequested, orderCancelled] as const;

/** What payment-service says. */
export const paymentEvents = [paymentCreated, paymentCompleted, paymentFailed, paymentCanceled] as const;
