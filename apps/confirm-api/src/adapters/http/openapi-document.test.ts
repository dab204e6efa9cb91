import { describe, expect, it } from '@jest/globals';
import { type Router } from 'express';
import { httpApp, type HttpAppParts } from './http-app';
import { openApiDocument } from './openapi-document';

type Json = { readonly [name: string]: Json } | readonly Json[] | string | number | boolean | null;
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: object }>>;
}

const document = JSON.parse(JSON.stringify(openApiDocument)) as Record<string, Json>;
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

  it.each(operations)('declares every parameter of $method $path and every answer', ({ path, operation }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(operation.parameters?.map(({ name }) => name) ?? []).toEqual(inPath);
    for (const parameter of operation.parameters ?? []) expect(parameter).toMatchObject({ in: 'path', required: true });
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '401', '404', '500', '503']));
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(status).toMatch(/^[245]\d\d$/);
      expect(response).toMatchObject({ description: expect.stringMatching(/./), content: expect.anything() });
    }
  });

  it('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** Asks express for what is mounted, as a request would find it. */
function apiRoutes(): string[] {
  const pass = (_request: unknown, _response: unknown, next: () => void) => {
    next();
  };
  const app = httpApp({ actuator: pass, metrics: { measure: pass } } as unknown as HttpAppParts);
  const routers = (app.router as unknown as Router).stack
    .map(({ handle }) => handle as unknown as Partial<Router>)
    .flatMap(({ stack }) => stack ?? []);
  return routers.flatMap(({ route }) => {
    if (route?.path.startsWith('/payments') !== true) return [];
    const path = `/api${route.path.replace(/:(\w+)/g, '{$1}')}`;
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
