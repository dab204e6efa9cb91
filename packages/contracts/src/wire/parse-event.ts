import { type EventDefinition } from '../cloud-event.js';
import { type EventMessage } from './event-message.js';
import { type InvalidField } from './invalid-field.js';
import { parseJson } from '../json/parse-json.js';
import { type ParsedEvent } from './parsed-event.js';
import { read } from '../shape/read.js';
import { text } from '../shape/shape.js';

/** The CloudEvents Kafka binding, over the given events. */
export function parseEvent(definitions: readonly EventDefinition[], message: EventMessage): ParsedEvent<unknown> {
  const envelope = envelopeOf(message);
  if ('reason' in envelope) return { kind: 'invalid', reasons: [envelope] };
  const { type } = envelope.attributes;
  const definition = definitions.find((candidate) => candidate.type === type);
  if (definition === undefined) return withoutDefinition(type);
  const invalid: InvalidField[] = [];
  const event = read(definition.shape, envelope.attributes, invalid);
  return invalid.length === 0 ? { kind: 'ok', event } : { kind: 'invalid', reasons: invalid };
}

type Envelope = { readonly attributes: Readonly<Record<string, unknown>> } | InvalidField;

const STRUCTURED = /^application\/cloudevents\+json *(;|$)/i;
const OTHER_CLOUD_EVENTS = /^application\/cloudevents/i;

function envelopeOf({ value, headers = {} }: EventMessage): Envelope {
  const contentType = headerOf(headers, 'content-type');
  if (contentType === undefined || !STRUCTURED.test(contentType)) {
    // Batches and formats such as Avro are not spoken here.
    if (contentType !== undefined && OTHER_CLOUD_EVENTS.test(contentType)) {
      return { field: 'content-type', reason: 'must be application/cloudevents+json, or absent' };
    }
    // `ce_type` alone does not make it binary: the outbox router adds that header to structured messages.
    if (headers['ce_specversion'] !== undefined || headers['ce_id'] !== undefined) return binary(value, headers);
  }
  const json = jsonOf(value);
  if ('reason' in json) return json;
  return isObject(json.value)
    ? { attributes: json.value }
    : { field: 'value', reason: 'must be a JSON object with the attributes of a CloudEvent' };
}

function binary(value: Uint8Array | null, headers: NonNullable<EventMessage['headers']>): Envelope {
  const attributes: Record<string, unknown> = {};
  for (const name of Object.keys(headers)) {
    if (name.startsWith('ce_')) attributes[name.slice('ce_'.length)] = headerOf(headers, name);
  }
  attributes['datacontenttype'] = headerOf(headers, 'content-type');
  const json = jsonOf(value);
  if ('reason' in json) return json;
  attributes['data'] = json.value;
  return { attributes };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function jsonOf(value: Uint8Array | null): { readonly value: unknown } | InvalidField {
  if (value === null || value.length === 0) return { field: 'value', reason: 'is empty' };
  try {
    return { value: parseJson(utf8.decode(value)) };
  } catch (error) {
    return { field: 'value', reason: error instanceof SyntaxError ? 'is not JSON' : 'is not UTF-8' };
  }
}

/** Kafka allows a header to be repeated; the last one counts. Bytes that are not UTF-8 become U+FFFD. */
function headerOf(headers: NonNullable<EventMessage['headers']>, name: string): string | undefined {
  const header = headers[name];
  const value = Array.isArray(header) ? header.at(-1) : header;
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  return new TextDecoder().decode(value);
}

function withoutDefinition(type: unknown): ParsedEvent<never> {
  const invalid: InvalidField[] = [];
  const name = read(anyType, type, invalid, '', 'type');
  return invalid.length === 0 ? { kind: 'unknown-type', type: name as string } : { kind: 'invalid', reasons: invalid };
}

const anyType = text();

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
