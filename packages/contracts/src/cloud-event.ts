import { dateTime, jsonMediaType, printable, uriReference } from './shape/formats.js';
import { type Flat, type ObjectOf, type Shape, type Typed, literal, object, optional, text } from './shape/shape.js';

/** The context attributes of CloudEvents 1.0 this platform uses, `type` aside. */
const attributes = {
  /** Version of CloudEvents. */
  specversion: literal('1.0'),
  /** Id of the event: with `source` it is unique, and the same in every redelivery. */
  id: text({ format: printable }),
  /** The service that says it. */
  source: text({ format: uriReference }),
  /** What it is about, such as `payment/{paymentId}`. */
  subject: optional(text({ format: printable })),
  /** When it happened, RFC 3339. */
  time: optional(text({ max: 64, format: dateTime })),
  /** Media type of `data`: JSON. */
  datacontenttype: optional(text({ format: jsonMediaType })),
  /** Where the schema of `data` is described. */
  dataschema: optional(text({ max: 2048, format: uriReference })),
  /** W3C trace context of the producer (CloudEvents distributed tracing extension). */
  traceparent: optional(text({ format: printable })),
  /** Vendor part of the trace context. */
  tracestate: optional(text({ max: 512, format: printable })),
};

type Attributes = ObjectOf<typeof attributes>;

/** An event with its CloudEvents 1.0 envelope, as it stands in a Kafka message in structured mode. */
export type CloudEvent<Type extends string, Data> = Flat<Attributes & { type: Type; data: Data }>;

/** One version of one event: everything else about it is derived from this. */
export interface EventDefinition<Type extends string = string, Data = unknown, Topic extends string = string> {
  readonly type: Type;
  readonly topic: Topic;
  readonly version: number;
  readonly shape: Typed<CloudEvent<Type, Data>>;
}

export function defineEvent<Type extends string, Data, Topic extends string>({
  type,
  topic,
  version,
  data,
}: {
  type: Type;
  topic: Topic;
  version: number;
  data: Typed<Data>;
}): EventDefinition<Type, Data, Topic> {
  const { specversion, id, source, ...others } = attributes;
  const shape: Shape = object({ specversion, id, source, type: literal(type), ...others, data });
  return { type, topic, version, shape: shape as Typed<CloudEvent<Type, Data>> };
}
