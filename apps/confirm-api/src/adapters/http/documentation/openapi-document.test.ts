import { describe, expect, it } from '@jest/globals';
import { parseJson, stringifyJson } from '@koosco/payment-contracts/json';
import { Ajv2020 } from 'ajv/dist/2020';
import { type Router } from 'express';
import fc from 'fast-check';
import { confirmRequest } from '../payments/confirm-request';
import { httpApp, type HttpAppParts } from '../server/http-app';
import { HttpError } from '../errors/http-error';
import { openApiDocument } from './openapi-document';

type Json = { readonly [name: string]: Json } | readonly Json[] | string | number | boolean | null;
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

const document = JSON.parse(stringifyJson(openApiDocument)) as Record<string, Json>;
const operations = Object.entries(openApiDocument.paths).flatMap(([path, item]) =>
  Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
);

describe('the OpenAPI document', () => {
  it('describes exactly the routes that exist', () => {
    const described = operations.map(({ path, method }) => `${method} ${path}`).sort();
    expect(described).toEqual(apiRoutes().sort());
  });

  it('refers to nothing that is not there', () => {
    const references = [...strings(document, '$ref')];
    expect(references).not.toHaveLength(0);
    for (const reference of references) {
      const [root, ...steps] = reference.split('/');
      expect(root).toBe('#');
      const target = steps.reduce<Json | undefined>(
        (at, step) => (at as Record<string, Json> | undefined)?.[step],
        document,
      );
      expect({ reference, target }).toEqual({ reference, target: expect.anything() });
    }
  });

  it('defines nothing that nobody refers to', () => {
    const references = new Set(strings(document, '$ref'));
    for (const kind of ['schemas', 'headers'] as const) {
      for (const name of Object.keys(openApiDocument.components[kind])) {
        expect(references).toContain(`#/components/${kind}/${name}`);
      }
    }
  });

  it.each(operations)('declares every parameter of $method $path', ({ path, operation }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(operation.parameters?.filter(({ in: where }) => where === 'path').map(({ name }) => name) ?? []).toEqual(
      inPath,
    );
  });

  it('accepts exactly the confirms that the service reads', () => {
    const ajv = new Ajv2020({ strict: false, formats: { int64: true } });
    const { ConfirmRequest } = openApiDocument.components.schemas;
    const isDocumented = ajv.compile(JSON.parse(stringifyJson(ConfirmRequest)) as object);
    const number = fc.oneof(
      fc.constantFrom(...['0', '1', '-1', '-0', '007', '1.0', '1e3', '1.5', '+1', '', ' 1', 'x']),
      fc.constantFrom('9007199254740991', '9007199254740992', '9223372036854775807', '9223372036854775808'),
      fc.bigInt({ min: -10n, max: 10n ** 20n }).map(String),
    );
    const literal = fc.oneof(
      number.map((text) => JSON.stringify(text)),
      number.filter((text) => /^-?(0|[1-9]\d*)(\.\d+)?(e\d+)?$/.test(text)),
      fc.constantFrom('null', 'true', '[]', '{}'),
    );
    const paymentKey = fc.oneof(
      fc.string({ maxLength: 4 }).map((text) => JSON.stringify(text)),
      fc.string({ minLength: 195, maxLength: 205, unit: 'grapheme-ascii' }).map((text) => JSON.stringify(text)),
      fc.constantFrom('"."', '".."', '"..."', 'null', '1'),
    );
    fc.assert(
      fc.property(paymentKey, literal, literal, (key, orderId, amount) => {
        const text = `{"paymentKey":${key},"orderId":${orderId},"amount":${amount}}`;
        const isRead = reads(text);
        // Where a bound is within 19 digits a pattern cannot say (its description does), nor can JSON.parse hold it.
        const isBeyond = [orderId, amount].some((value) => /^"\d{16,}|\d{19,}/.test(value));
        if (isRead || !isBeyond)
          expect({ text, isDocumented: isDocumented(JSON.parse(text)) }).toEqual({ text, isDocumented: isRead });
      }),
      { numRuns: 2_000, seed: Number(process.env['FC_SEED'] ?? 20261125) },
    );
  });

  it('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

function reads(text: string): boolean {
  try {
    confirmRequest.read(parseJson(text));
    return true;
  } catch (error) {
    if (error instanceof HttpError) return false;
    throw error;
  }
}

/** Asks express for what is mounted, as a request would find it. */
function apiRoutes(): string[] {
  const pass = (_request: unknown, _response: unknown, next: () => void) => {
    next();
  };
  const app = httpApp({
    actuator: pass,
    metrics: { measure: pass },
    workload: { admit: pass },
    limits: { user: pass, order: pass },
    allowedOrigins: [],
  } as unknown as HttpAppParts);
  const routers = (app.router as unknown as Router).stack
    .map(({ handle }) => handle as unknown as Partial<Router>)
    .flatMap(({ stack }) => stack ?? []);
  return routers.flatMap(({ route }) => {
    const isOfWebhooks = route?.path === '/toss';
    if (route === undefined || !(isOfWebhooks || route.path.startsWith('/payments'))) return [];
    const path = `/api${isOfWebhooks ? '/webhooks' : ''}${route.path.replace(/:(\w+)/g, '{$1}')}`;
    const methods = (route as unknown as { methods: Record<string, boolean> }).methods;
    return Object.keys(methods)
      .filter((method) => method !== '_all')
      .map((method) => `${method} ${path}`);
  });
}

function* strings(value: Json, name: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === name && typeof member === 'string') yield member;
    else yield* strings(member, name);
  }
}
