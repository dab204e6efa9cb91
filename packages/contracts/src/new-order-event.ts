import { type OrderEvent } from './order-event.js';

type OrderEventOf<Type extends OrderEvent['type']> = Extract<OrderEvent, { readonly type: Type }>;

/** Puts the envelope around what order-service has to say. Checks nothing: serializing does. */
export function newOrderEvent<Type extends OrderEvent['type']>(
  type: Type,
  { id, time, data, source = 'order-service', traceparent }: EventFields<OrderEventOf<Type>['data']>,
): OrderEventOf<Type> {
  const event = {
    specversion: '1.0',
    id,
    source,
    type,
    subject: `order/${data.orderId}`,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    ...(traceparent === undefined ? {} : { traceparent }),
    data,
  };
  return event as unknown as OrderEventOf<Type>;
}

interface EventFields<Data> {
  /** Unique among all events of the source, and kept in every redelivery: a UUID made once, stored with the event. */
  readonly id: string;
  /** When it happened. */
  readonly time: Date;
  readonly data: Data;
  /** Who says it; `order-service` unless given. */
  readonly source?: string | undefined;
  /** W3C trace context, if there is one. */
  readonly traceparent?: string | undefined;
}
