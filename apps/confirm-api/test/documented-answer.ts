import { stringifyJson } from '@koosco/payment-contracts/json';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { openApiDocument } from '../src/adapters/http/documentation/openapi-document';

/** What was asked, and what came back. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** @throws Error listing every difference between an answer and the OpenAPI document. */
export function mustBeDocumented(exchange: Exchange): void {
  const differences = differencesFromDocument(exchange);
  if (differences.length === 0) return;
  const { method, path, status, text } = exchange;
  throw new Error(
    `${method} ${path} answered ${status} unlike the OpenAPI document:\n${differences.join('\n')}\n${text}`,
  );
}

/** Empty for what the document says nothing about: all outside `/api`, but for the form of its errors. */
export function differencesFromDocument(exchange: Exchange): string[] {
  const { method, path, status, headers, text } = exchange;
  if (!isUnder('/api', path)) return isUnder('/actuator', path) || status < 400 ? [] : differencesOfError(exchange);
  // A preflight is between a browser and the server; its answer has neither a body nor a status of the document.
  if (method === 'OPTIONS' && status === 204) return text === '' ? [] : ['a preflight has a body'];

  const documented = responsesOf(method, path);
  if (documented === null) return differencesOfError(exchange, { '400': READ, '401': TOKEN, '404': ROUTE });
  const response = documented[status];
  if (response === undefined) return [`${status} is not documented`];
  const { pointer, definition } = resolved(response);
  const differences = differencesOfHeaders(headers, definition.headers ?? {});
  if (method === 'HEAD') return differences;
  const [type] = Object.keys(definition.content);
  if (headers.get('content-type')?.split(';')[0] !== type) differences.push('the content type is not documented');
  return [
    ...differences,
    ...differencesOfBody(JSON.parse(text), `${pointer}/content/application~1json/schema`),
    ...differencesOfExamples(JSON.parse(text) as Body, definition.content['application/json'].examples),
  ];
}

const READ = ['COMMON-400-001'];
const TOKEN = ['COMMON-401', 'COMMON-401-001', 'COMMON-401-002'];
const ROUTE = ['COMMON-404'];

interface Body {
  readonly error?: { readonly code: string; readonly message: string };
}
interface HeaderDefinition {
  readonly required: boolean;
  readonly schema: object;
}
interface ResponseDefinition {
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content: {
    readonly 'application/json': {
      readonly examples?: Readonly<Record<string, { readonly value: Required<Body> }>>;
    };
  };
}
type Responses = Readonly<Record<string, ResponseDefinition | { readonly $ref: string }>>;
type Located = Readonly<Record<'pointer', string>>;

const document = JSON.parse(stringifyJson(openApiDocument)) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
};
const DOCUMENT_ID = 'openapi.json';
const ajv = new Ajv2020({
  // The document has keywords of OpenAPI's own around its schemas.
  strict: false,
  allErrors: true,
  validateSchema: false,
  formats: {
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    // RFC 3339: a time has its offset.
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => URL.canParse(text, 'http://localhost'),
    int64: true,
  },
});
ajv.addSchema(closed(document) as object, DOCUMENT_ID);
const validators = new Map<string, ValidateFunction>();

/** Fields that are not documented are allowed by the document, so that it may grow, but not in these tests. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member)]));
  return 'properties' in value && 'type' in value ? { ...members, additionalProperties: false } : members;
}

/** The responses of an operation by status; of its path, without the good ones, for a method that the path does not have. */
function responsesOf(method: string, path: string): Readonly<Record<string, ResponseDefinition & Located>> | null {
  const template = templateOf(path);
  if (template === undefined) return null;
  const item = document.paths[template] ?? {};
  const wanted = method === 'HEAD' ? 'get' : method.toLowerCase();
  const [operation = Object.keys(item)[0]!, exists] = wanted in item ? [wanted, true] : [undefined, false];
  const root = `#/paths/${template.replaceAll('/', '~1')}/${operation}/responses`;
  return Object.fromEntries(
    Object.entries(item[operation]?.responses ?? {})
      .filter(([status]) => exists || !status.startsWith('2'))
      .map(([status, response]) => [
        status,
        { pointer: `${root}/${status}`, ...response } as ResponseDefinition & Located,
      ]),
  );
}

function templateOf(path: string): string | undefined {
  const [given = ''] = path.split('?');
  const fits = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(given);
  // A path without parameters is meant before one that has some.
  return document.paths[given] === undefined ? Object.keys(document.paths).find(fits) : given;
}

function resolved(response: ResponseDefinition & Located & { readonly $ref?: string }): {
  pointer: string;
  definition: ResponseDefinition;
} {
  if (response.$ref === undefined) return { pointer: response.pointer, definition: response };
  return { pointer: response.$ref, definition: at(response.$ref) as ResponseDefinition };
}

function at(reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], document);
}

/** Headers by which an answer says something about a payment or a request. */
const TELLING = ['Location', 'Retry-After', 'Allow', 'WWW-Authenticate', 'X-Correlation-Id', 'Cache-Control'];

function differencesOfHeaders(
  headers: Headers,
  documented: Readonly<Record<string, { readonly $ref: string }>>,
): string[] {
  return TELLING.flatMap((name) => {
    const value = headers.get(name);
    const reference = documented[name]?.$ref;
    if (reference === undefined) return value === null ? [] : [`${name} is not documented`];
    const { required, schema } = at(reference) as HeaderDefinition;
    if (value === null) return required ? [`${name} is missing`] : [];
    const isNumber = 'type' in schema && schema.type === 'integer';
    return differencesOfBody(isNumber ? Number(value) : value, `${reference}/schema`).map((text) => `${name}: ${text}`);
  });
}

function differencesOfBody(body: unknown, pointer: string): string[] {
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `${DOCUMENT_ID}${pointer}` });
  validators.set(pointer, validate);
  if (validate(body)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function differencesOfExamples(
  { error }: Body,
  examples: Readonly<Record<string, { readonly value: Required<Body> }>> = {},
) {
  if (error === undefined) return [];
  const example = examples[error.code]?.value.error;
  if (example === undefined) return [`${error.code} is not documented for this status`];
  return example.message === error.message ? [] : [`the message of ${error.code} is another one`];
}

function differencesOfError(exchange: Exchange, codes?: Readonly<Record<string, readonly string[]>>): string[] {
  const { method, status, headers, text } = exchange;
  const differences = ['X-Correlation-Id', 'Cache-Control'].flatMap((name) =>
    headers.get(name) === null ? [`${name} is missing`] : [],
  );
  if (method === 'HEAD') return differences;
  const body = JSON.parse(text) as Body;
  differences.push(...differencesOfBody(body, '#/components/schemas/Error'));
  if (codes !== undefined && codes[status]?.includes(body.error?.code ?? '') !== true) {
    differences.push(`${status} ${body.error?.code ?? ''} is not what a path answers that does not exist`);
  }
  return differences;
}

function isUnder(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
