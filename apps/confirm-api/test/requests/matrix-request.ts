/** One request of the matrix. `{names}` in it stand for values that differ from run to run. */
export interface MatrixRequest {
  /** What is asked, without what is asked of everything; unique. */
  readonly title: string;
  readonly method: string;
  /** As it is in the document: without a query, and as the server is meant to see it. */
  readonly path: string;
  /** The bytes that are sent, in Latin-1. */
  readonly bytes: string;
}

/** What requests are made of; all but the path has a default. */
export interface RequestParts {
  readonly method?: string;
  /** The request target, if it is not the path. */
  readonly target?: string;
  readonly version?: string;
  /** The name of a token; see the test for what each stands for. Null: no Authorization header. */
  readonly token?: string | null;
  readonly headers?: readonly string[];
  /** In Latin-1. */
  readonly body?: string;
  /** Null: the request says nothing about its body. */
  readonly length?: number | null;
}

/** A whole request on a connection of its own. */
export function requestOf(title: string, path: string, parts: RequestParts = {}): MatrixRequest {
  const { method = 'GET', target = path, version = 'HTTP/1.1', token = 'own', headers = [], body } = parts;
  const { length = body?.length ?? null } = parts;
  const lines = [
    `${method} ${target} ${version}`,
    'Host: payments',
    'Connection: close',
    ...(token === null ? [] : [`Authorization: {${token}}`]),
    ...headers,
    ...(length === null ? [] : [`Content-Length: ${length}`]),
  ];
  const [pathname = ''] = path.split('?');
  return { title, method, path: pathname, bytes: `${lines.join('\r\n')}\r\n\r\n${body ?? ''}` };
}

/** A confirm as JSON. @param body in UTF-8 as JavaScript has it. */
export function confirmOf(title: string, body: string, parts: RequestParts = {}): MatrixRequest {
  return requestOf(title, '/api/payments/confirm', {
    method: 'POST',
    headers: ['Content-Type: application/json'],
    body: Buffer.from(body).toString('latin1'),
    ...parts,
  });
}
