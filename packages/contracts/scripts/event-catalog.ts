import { type EventDefinition } from '../src/cloud-event.js';
import { orderEvents, paymentEvents } from '../src/events/events.js';

/** Seen from payment-service: `inbound` is what it reads, `outbound` what it says. */
export type Direction = 'inbound' | 'outbound';

export interface CatalogEntry {
  /** Name of the event's type in TypeScript. */
  readonly title: string;
  readonly direction: Direction;
  readonly definition: EventDefinition;
}

export const eventCatalog: readonly CatalogEntry[] = [
  ...orderEvents.map((definition) => entry('inbound', definition)),
  ...paymentEvents.map((definition) => entry('outbound', definition)),
];

/** `order.refund.requested` is an OrderRefundRequestedEvent. */
function entry(direction: Direction, definition: EventDefinition): CatalogEntry {
  const words = definition.type.split('.').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return { title: `${words.join('')}Event`, direction, definition };
}

/** Such as `order.placed.v1`. */
export function versionedName({ type, version }: EventDefinition): string {
  return `${type}.v${version}`;
}
