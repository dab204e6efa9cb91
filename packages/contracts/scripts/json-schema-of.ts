import { type JsonValue } from '../src/json/json-value.js';
import { type Shape } from '../src/shape/shape.js';
import { type CatalogEntry, versionedName } from './event-catalog.js';
import { type FieldDocs } from './field-docs.js';

export type JsonSchema = Readonly<Record<string, JsonValue>>;

/** JSON Schema 2020-12 of an event in structured mode, made of the shape its reader works by. */
export function jsonSchemaOf({ title, definition }: CatalogEntry, docs: FieldDocs): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:koosco:payment-contracts:${versionedName(definition)}`,
    title,
    'x-topic': definition.topic,
    ...schemaOf(definition.shape, '', docs),
  };
}

function schemaOf(shape: Shape, path: string, docs: FieldDocs): JsonSchema {
  const description = docs.get(path);
  return {
    ...(description === undefined || description === '' ? {} : { description }),
    ...bareSchemaOf(shape, path, docs),
  };
}

function bareSchemaOf(shape: Shape, path: string, docs: FieldDocs): JsonSchema {
  switch (shape.kind) {
    case 'boolean':
      return { type: 'boolean' };
    case 'literal':
      return { type: 'string', const: shape.value };
    case 'text':
      return {
        type: 'string',
        minLength: shape.lengthMin,
        maxLength: shape.lengthMax,
        ...(shape.format === undefined ? {} : { pattern: shape.format.pattern.source }),
      };
    case 'number':
    case 'bigint':
      return { type: 'integer', minimum: shape.min, maximum: shape.max };
    case 'nullable':
    case 'optional':
      return orNull(bareSchemaOf(shape.of, path, docs));
    case 'either':
      return { anyOf: shape.of.map((of) => bareSchemaOf(of, path, docs)) };
    case 'list':
      return { type: 'array', items: schemaOf(shape.of, `${path}[]`, docs) };
    case 'object':
      return {
        type: 'object',
        required: shape.fields.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
        properties: Object.fromEntries(
          shape.fields.map(({ name, shape: of, isOptional }) => {
            const schema = schemaOf(of, path === '' ? name : `${path}.${name}`, docs);
            return [name, isOptional ? orNull(schema) : schema];
          }),
        ),
        additionalProperties: true,
      };
  }
}

function orNull(schema: JsonSchema): JsonSchema {
  const { type, anyOf } = schema;
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...(anyOf as JsonValue[]), { type: 'null' }] };
  return { ...schema, type: [type as JsonValue, 'null'] };
}
