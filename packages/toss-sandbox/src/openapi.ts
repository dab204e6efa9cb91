import { z } from 'zod';
import { type ControlRoute } from './routes/control-route';

/** The OpenAPI 3.1 document of the control plane, made from its routes. */
export function openApiDocument(routes: readonly ControlRoute[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const operations = (paths[route.path] ??= {});
    operations[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Toss sandbox control plane',
      version: '1',
      description: 'Drives a stateful stand-in for the Toss Payments API. Nothing here exists at Toss.',
      license: { name: 'UNLICENSED', identifier: 'LicenseRef-UNLICENSED' },
    },
    servers: [{ url: '/', description: 'Where this document was read' }],
    // Whoever reaches a sandbox may drive it.
    security: [],
    paths,
    components: {
      responses: {
        Refused: {
          description: '400 the request is wrong, 404 there is no such thing, 409 its state forbids it',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  error: {
                    type: 'object',
                    properties: { message: { type: 'string' }, code: { type: 'string' } },
                    required: ['message'],
                  },
                },
                required: ['error'],
              },
            },
          },
        },
      },
    },
  };
}

function operationOf(route: ControlRoute) {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(route.query?.shape ?? {}).map(([name, schema]) => ({
    ...{ name, in: 'query', schema: schemaOf(schema as z.ZodType) },
  }));
  return {
    summary: route.summary,
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^a-z]+([a-z])?/gi, (_all, next?: string) => next?.toUpperCase() ?? '')}`,
    ...(inPath.length + inQuery.length === 0 ? {} : { parameters: [...inPath, ...inQuery] }),
    ...(route.body === undefined
      ? {}
      : { requestBody: { content: { 'application/json': { schema: schemaOf(route.body) } } } }),
    responses: { '2XX': { description: 'Done' }, '4XX': { $ref: '#/components/responses/Refused' } },
  };
}

function schemaOf(type: z.ZodType) {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(type, { io: 'input' });
  return schema;
}
