import { type PaymentEvent } from './payment-event.js';

type PaymentEventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { readonly type: Type }>;

/** Puts the envelope around what payment-service has to say. Checks nothing: serializing does. */
export function newPaymentEvent<Type extends PaymentEvent['type']>(
  type: Type,
  { id, time, data, traceparent }: EventFields<PaymentEventOf<Type>['data']>,
): PaymentEventOf<Type> {
  const event = {
    specversion: '1.0',
    id,
    source: 'payment-service',
    type,
    subject: `payment/${data.paymentId}`,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    data,
  };
  const traced = traceparent === undefined ? event : { ...event, traceparent };
  return traced as unknown as PaymentEventOf<Type>;
}

interface EventFields<Data> {
  /** Unique among all events of the source, and kept in every redelivery: a UUID made once, stored with the event. */
  readonly id: string;
  /** When it happened. */
  readonly time: Date;
  readonly data: Data;
  /** W3C trace context, if there is one. */
  readonly traceparent?: string | undefined;
}
