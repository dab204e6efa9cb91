import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { Ajv2020 } from 'ajv/dist/2020';
import fc from 'fast-check';
import { breakingChanges } from '../scripts/breaking-changes.js';
import { eventCatalog, versionedName } from '../scripts/event-catalog.js';
import { generatedFiles } from '../scripts/generated-files.js';
import { dltTopicOf } from '../src/wire/dlt-topic-of.js';
import { parseOrderEvent } from '../src/wire/parse-order-event.js';
import { parsePaymentEvent } from '../src/wire/parse-payment-event.js';
import { orderTopics, topics } from '../src/wire/topics.js';
import { packageRoot, sampleFiles } from './sample-files.js';

const textOf = (path: string) => readFileSync(join(packageRoot, path), 'utf8');
const schemaOf = (path: string) => JSON.parse(textOf(path)) as object;
const samples = sampleFiles();

describe('generated files', () => {
  it.each([...generatedFiles(packageRoot)])('%s is what the definitions say (else: pnpm run schemas)', (path, text) => {
    expect(textOf(path)).toBe(text);
  });

  it('asyncapi.json is a valid AsyncAPI 3 document of all channels', async () => {
    const { document, diagnostics } = await new Parser().parse(textOf('asyncapi.json'));
    const complaints = diagnostics.map(({ severity, message }) => `${severity} ${message}`);
    // Severities from 2 on are hints.
    expect(complaints.filter((complaint) => /^[01] /.test(complaint))).toEqual([]);
    const addresses = document
      ?.channels()
      .all()
      .map((channel) => channel.address());
    expect(new Set(addresses)).toEqual(new Set([...Object.values(topics), ...orderTopics.map(dltTopicOf)]));
  });
});

describe.each(eventCatalog)('$title', ({ definition, direction }) => {
  const name = versionedName(definition);
  const validate = new Ajv2020({ strict: false }).compile(schemaOf(`schemas/${name}.json`));
  const validatePrevious = new Ajv2020({ strict: false }).compile(schemaOf(`schemas/released/${name}.json`));
  const parse = direction === 'inbound' ? parseOrderEvent : parsePaymentEvent;
  const own = samples.filter(({ event }) => event === name);
  const structured = own.filter(({ message }) => message.headers === undefined);

  it('has golden samples that keep the schema, the released schema and the parser', () => {
    expect(own.length).toBeGreaterThan(0);
    for (const { name: sample, message } of own)
      expect({ sample, kind: parse(message).kind }).toEqual({ sample, kind: 'ok' });
    for (const { message } of structured) {
      const event = JSON.parse(message.value!.toString()) as unknown;
      expect(validate(event) || validate.errors).toBe(true);
      expect(validatePrevious(event) || validatePrevious.errors).toBe(true);
    }
  });

  it('stands in the README', () => {
    const [key, way] = direction === 'inbound' ? ['order id', 'to'] : ['payment id', 'from'];
    const row = `| \`${definition.type}\` | \`${definition.topic}\` | ${key} | ${way} payment-service |`;
    expect(textOf('README.md').replaceAll(/ +/g, ' ').split('\n')).toContain(row);
  });

  it('goes where it always went', () => {
    expect(schemaOf(`schemas/released/${name}.json`)).toMatchObject({ 'x-topic': definition.topic });
  });

  it('breaks nobody who works by the released schema', () => {
    expect(
      breakingChanges(schemaOf(`schemas/released/${name}.json`), schemaOf(`schemas/${name}.json`), direction),
    ).toEqual([]);
  });

  it('is accepted by the parser exactly when the schema accepts it', () => {
    const values = fc.oneof(
      fc.constantFrom(
        null,
        true,
        '',
        'KRW',
        ' ',
        '2025-01-01T00:00:00Z',
        'x'.repeat(256),
        {},
        [],
        [{}],
        ['a'],
        [1],
        '\u0007',
      ),
      fc.constantFrom(-1, 0, 1, 1.5, 1e3, 2 ** 53 - 1, 2 ** 53, 1e300),
    );
    const edits = fc.array(fc.tuple(fc.nat(), fc.option(values, { nil: undefined })), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...structured), edits, ({ message }, changes) => {
        const event = JSON.parse(message.value!.toString()) as Record<string, unknown>;
        for (const [position, value] of changes) edit(event, position, value);
        fc.pre(event['type'] === definition.type);
        // Beyond 2^53 a schema validator written in JavaScript cannot count; those bounds are tested in the parser.
        const text = JSON.stringify(event);
        fc.pre(!/\d{16}|e\+/.test(text));
        expect({ text, ok: parse({ value: Buffer.from(text) }).kind === 'ok' }).toEqual({ text, ok: validate(event) });
      }),
      { numRuns: 600 },
    );
  });
});

function edit(event: Record<string, unknown>, position: number, value: unknown): void {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const [name, member] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, name]);
      visit(member);
    }
  };
  visit(event);
  const place = places[position % places.length];
  if (place === undefined) return;
  const [node, name] = place;
  if (value === undefined && !Array.isArray(node)) Reflect.deleteProperty(node, name);
  else node[name] = structuredClone(value) ?? null;
}

describe('the compatibility rule', () => {
  const before = {
    type: 'object',
    required: ['a'],
    properties: {
      a: { type: 'integer', maximum: 9 },
      b: { type: ['string', 'null'] },
      c: { items: { type: 'string' } },
    },
  };
  const after = (properties: object, required = ['a']) => ({
    type: 'object',
    required,
    properties: { ...before.properties, ...properties },
  });

  it.each([
    [
      'inbound',
      'removed field',
      { ...after({}), properties: { a: before.properties.a, b: before.properties.b } },
      'c: removed',
    ],
    [
      'outbound',
      'removed field',
      { ...after({}), properties: { a: before.properties.a, b: before.properties.b } },
      'c: removed',
    ],
    ['inbound', 'retyped field', after({ a: { type: 'string' } }), 'a: type integer no longer accepted'],
    ['outbound', 'retyped field', after({ a: { type: 'string' } }), 'a: type string is new'],
    ['inbound', 'retyped element', after({ c: { items: { type: 'integer' } } }), 'c[]: type string no longer accepted'],
    ['inbound', 'new required field', after({ d: { type: 'string' } }, ['a', 'd']), 'd: newly required'],
    ['inbound', 'optional field made required', after({}, ['a', 'b']), 'b: newly required'],
    ['inbound', 'lower bound', after({ a: { type: 'integer', maximum: 8 } }), 'a: another maximum'],
    ['outbound', 'higher bound', after({ a: { type: 'integer', maximum: 10 } }), 'a: another maximum'],
    ['outbound', 'field that may be missing now', after({}, []), 'a: no longer certain'],
  ] as const)('%s: refuses a %s', (direction, _, next, change) => {
    expect(breakingChanges(before, next, direction)).toContain(change);
  });

  it('lets contracts grow', () => {
    expect(breakingChanges(before, after({ d: { type: 'string' } }), 'inbound')).toEqual([]);
    expect(breakingChanges(before, after({ d: { type: 'string' } }, ['a', 'd']), 'outbound')).toEqual([]);
    expect(breakingChanges(before, after({ a: { type: ['integer', 'null'], maximum: 10 } }, []), 'inbound')).toEqual(
      [],
    );
  });
});
