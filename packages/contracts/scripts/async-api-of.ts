import { dltTopicOf } from '../src/wire/dlt-topic-of.js';
import { type JsonValue } from '../src/json/json-value.js';
import { type CatalogEntry, eventCatalog, versionedName } from './event-catalog.js';
import { type JsonSchema } from './json-schema-of.js';

/** AsyncAPI 3 of all channels, seen from payment-service. */
export function asyncApiOf(version: string, schemas: ReadonlyMap<string, JsonSchema>): Record<string, JsonValue> {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'payment-service',
      version,
      description: 'Orders come in, what happened to their payments goes out. CloudEvents 1.0 in JSON, at least once.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(eventCatalog.flatMap((entry) => channelsOf(entry))),
    operations: Object.fromEntries(eventCatalog.flatMap((entry) => operationsOf(entry))),
    components: {
      messages: {
        ...Object.fromEntries(eventCatalog.map((entry) => [versionedName(entry.definition), messageOf(entry)])),
        deadLetter,
      },
      schemas: Object.fromEntries(
        eventCatalog.map((entry) => [versionedName(entry.definition), embedded(entry, schemas)]),
      ),
    },
  };
}

const bytes = {
  description: 'Text where the bytes are UTF-8; null where Kafka has null.',
  oneOf: [
    { type: 'string' },
    {
      type: 'object',
      required: ['base64'],
      additionalProperties: false,
      properties: { base64: { type: 'string', contentEncoding: 'base64' } },
    },
    { type: 'null' },
  ],
};

const decimal = { type: 'string', pattern: '^-?[0-9]+$' };

const deadLetter = {
  title: 'DeadLetter',
  summary: 'A message nobody could read, byte for byte, and headers that say why. It has no key.',
  contentType: 'application/json',
  headers: {
    type: 'object',
    properties: {
      'dlt-reason': { type: 'string', description: 'Why no retry could help.' },
      'dlt-original-topic': { type: 'string' },
      'dlt-original-partition': { type: 'string' },
      'dlt-original-offset': { type: 'string' },
      'dlt-original-timestamp': { type: 'string', description: 'Milliseconds since 1970.' },
      'dlt-original-value-bytes': { type: 'string', description: 'Length of the value; 0 where it is null.' },
      'dlt-original-value-sha256': { type: 'string', description: 'Of the value, in hexadecimal digits.' },
    },
  },
  payload: {
    type: 'object',
    required: ['version', 'topic', 'partition', 'offset', 'timestamp', 'key', 'headers', 'value'],
    properties: {
      version: { const: 1 },
      topic: { type: 'string' },
      partition: { type: 'integer' },
      offset: decimal,
      timestamp: decimal,
      key: bytes,
      headers: {
        type: 'array',
        description: 'Pairs of a name and a value, in order, repeated ones too.',
        items: { type: 'array', minItems: 2, maxItems: 2, items: bytes },
      },
      value: bytes,
      cut: {
        type: 'object',
        description: 'Only when the whole did not fit into the topic: the bytes of each part that was left out.',
        additionalProperties: false,
        properties: { key: { type: 'integer' }, headers: { type: 'integer' }, value: { type: 'integer' } },
      },
    },
  },
};

const traceparent = 'W3C trace context (https://www.w3.org/TR/trace-context/).';

const tracedInbound = {
  type: 'object',
  properties: {
    traceparent: {
      type: 'string',
      description: `${traceparent} What follows from the order is in this trace; without the header, in the one that the attribute of the event names.`,
    },
  },
};

const tracedOutbound = {
  type: 'object',
  properties: {
    traceparent: {
      type: ['string', 'null'],
      description: `${traceparent} The trace of the order, as in the attribute of the event; null or not there where the order has none.`,
    },
  },
};

function channelsOf({ direction, definition }: CatalogEntry): [string, JsonValue][] {
  const { type, topic } = definition;
  const name = versionedName(definition);
  const channel = { address: topic, messages: { [name]: { $ref: `#/components/messages/${name}` } } };
  if (direction === 'outbound') return [[type, channel]];
  const deadLetters = {
    address: dltTopicOf(topic),
    messages: { deadLetter: { $ref: '#/components/messages/deadLetter' } },
  };
  return [
    [type, channel],
    [dltTopicOf(type), deadLetters],
  ];
}

function operationsOf({ direction, definition: { type } }: CatalogEntry): [string, JsonValue][] {
  const send = (channel: string): [string, JsonValue] => [
    `send.${channel}`,
    { action: 'send', channel: { $ref: `#/channels/${channel}` } },
  ];
  if (direction === 'outbound') return [send(type)];
  return [[`receive.${type}`, { action: 'receive', channel: { $ref: `#/channels/${type}` } }], send(dltTopicOf(type))];
}

function messageOf({ title, direction, definition }: CatalogEntry): JsonValue {
  const key = direction === 'inbound' ? 'The order id in digits.' : 'The payment id.';
  return {
    name: definition.type,
    title,
    contentType: 'application/cloudevents+json',
    headers: direction === 'inbound' ? tracedInbound : tracedOutbound,
    payload: { $ref: `#/components/schemas/${versionedName(definition)}` },
    bindings: { kafka: { key: { type: 'string', description: key }, bindingVersion: '0.5.0' } },
  };
}

/** Inside the document a schema has no identity of its own. */
function embedded({ definition }: CatalogEntry, schemas: ReadonlyMap<string, JsonSchema>): JsonSchema {
  const { $schema: _, $id: __, ...schema } = schemas.get(versionedName(definition)) ?? {};
  return schema;
}
