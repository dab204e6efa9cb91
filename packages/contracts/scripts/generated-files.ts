import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonValue } from '../src/json/json-value.js';
import { stringifyJson } from '../src/json/stringify-json.js';
import { asyncApiOf } from './async-api-of.js';
import { eventCatalog, versionedName } from './event-catalog.js';
import { fieldDocsOf } from './field-docs.js';
import { type JsonSchema, jsonSchemaOf } from './json-schema-of.js';

/** Every file that is derived from the event definitions: its path inside the package, and its text. */
export function generatedFiles(packageRoot: string): ReadonlyMap<string, string> {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  const docs = fieldDocsOf(
    packageRoot,
    eventCatalog.map(({ title }) => title),
  );
  const schemas = new Map<string, JsonSchema>(
    eventCatalog.map((entry) => [
      versionedName(entry.definition),
      jsonSchemaOf(entry, docs.get(entry.title) ?? new Map()),
    ]),
  );
  return new Map([
    ...[...schemas].map(([name, schema]) => [`schemas/${name}.json`, pretty(schema)] as const),
    ['asyncapi.json', pretty(asyncApiOf(version, schemas))],
  ]);
}

/** As the code formatter would print it, so that it has nothing to change. */
function pretty(value: JsonValue): string {
  return `${indented(value, '')}\n`;
}

function indented(value: JsonValue, indent: string): string {
  if (typeof value !== 'object' || value === null) return stringifyJson(value);
  const inner = `${indent}  `;
  if (!Array.isArray(value)) {
    const members = Object.entries(value).map(
      ([name, member]) => `${inner}${JSON.stringify(name)}: ${indented(member, inner)}`,
    );
    return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
  }
  const elements = value as readonly JsonValue[];
  const line = `[${elements.map((element) => stringifyJson(element)).join(', ')}]`;
  if (elements.every((element) => typeof element !== 'object' || element === null) && indent.length + line.length < 100)
    return line;
  return `[\n${elements.map((element) => inner + indented(element, inner)).join(',\n')}\n${indent}]`;
}
