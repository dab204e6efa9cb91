import { dltTopicOf } from '../src/dlt-topic-of.js';
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

const deadLetter = {
  title: 'DeadLetter',
  summary: 'A message nobody could read: key, value and headers as they came, and headers that say why.',
  contentType: 'application/octet-stream',
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
    payload: { $ref: `#/components/schemas/${versionedName(definition)}` },
    bindings: { kafka: { key: { type: 'string', description: key }, bindingVersion: '0.5.0' } },
  };
}

/** Inside the document a schema has no identity of its own. */
function embedded({ definition }: CatalogEntry, schemas: ReadonlyMap<string, JsonSchema>): JsonSchema {
  const { $schema: _, $id: __, ...schema } = schemas.get(versionedName(definition)) ?? {};
  return schema;
}
