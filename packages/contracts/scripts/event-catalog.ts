import { type EventDefinition } from '../src/cloud-event.js';
import { orderCancelled } from '../src/events/order-cancelled.v1.js';
import { orderPlaced } from '../src/events/order-placed.v1.js';
import { orderRefundRequested } from '../src/events/order-refund-requested.v1.js';
import { paymentCanceled } from '../src/events/payment-canceled.v1.js';
import { paymentCompleted } from '../src/events/payment-completed.v1.js';
import { paymentCreated } from '../src/events/payment-created.v1.js';
import { paymentFailed } from '../src/events/payment-failed.v1.js';

/** Seen from payment-service: `inbound` is what it reads, `outbound` what it says. */
export type Direction = 'inbound' | 'outbound';

export interface CatalogEntry {
  /** Name of the event's type in TypeScript. */
  readonly title: string;
  readonly direction: Direction;
  readonly definition: EventDefinition;
}

export const eventCatalog: readonly CatalogEntry[] = [
  { title: 'OrderPlacedEvent', direction: 'inbound', definition: orderPlaced },
  { title: 'OrderRefundRequestedEvent', direction: 'inbound', definition: orderRefundRequested },
  { title: 'OrderCancelledEvent', direction: 'inbound', definition: orderCancelled },
  { title: 'PaymentCreatedEvent', direction: 'outbound', definition: paymentCreated },
  { title: 'PaymentCompletedEvent', direction: 'outbound', definition: paymentCompleted },
  { title: 'PaymentFailedEvent', direction: 'outbound', definition: paymentFailed },
  { title: 'PaymentCanceledEvent', direction: 'outbound', definition: paymentCanceled },
];

/** Such as `order.placed.v1`. */
export function versionedName({ type, version }: EventDefinition): string {
  return `${type}.v${version}`;
}
