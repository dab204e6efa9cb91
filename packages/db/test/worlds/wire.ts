import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** What becomes of one request on its way to a server, and of the answer on its way back. */
export type Fate =
  | 'good'
  | 'request-lost'
  | 'answer-lost'
  | 'body-cut'
  | 'too-many-requests'
  | 'error-unprocessed'
  | 'error-processed'
  /** The connection ends, and the request arrives at some later moment all the same. */
  | 'late';

export interface WireOptions {
  readonly target: string;
  /** Decides about each request when it has come in. */
  fateOf(method: string, path: string): Promise<Fate> | Fate;
  /** Waited for while a request is under way, and again while its answer is. */
  turn(): Promise<void>;
  /** To be told of work that nobody waits for. */
  track<T>(work: Promise<T>): Promise<T>;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Stands between a client and an HTTP server, as a network whose every step somebody else decides about. */
export class Wire {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(options: WireOptions): Promise<Wire> {
    const server = createServer((request, response) => {
      carry(request, response, options).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Wire(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

async function carry(request: IncomingMessage, response: ServerResponse, options: WireOptions): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const forward = (): Promise<Answer> => options.track(ask(options.target, request, body));
  const fate = await options.fateOf(request.method ?? '', request.url ?? '');
  await options.turn();
  if (fate === 'request-lost' || fate === 'late') {
    response.destroy();
    if (fate === 'late') await options.turn().then(forward);
    return;
  }
  if (fate === 'too-many-requests' || fate === 'error-unprocessed') {
    response.writeHead(fate === 'too-many-requests' ? 429 : 502, { 'content-type': 'text/html' }).end('<html></html>');
    return;
  }
  const answer = await forward();
  await options.turn();
  if (fate === 'answer-lost') response.destroy();
  else if (fate === 'error-processed') response.writeHead(502, { 'content-type': 'text/html' }).end('<html></html>');
  else if (fate === 'body-cut') {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': String(Buffer.byteLength(answer.body)) });
    response.write(answer.body.slice(0, answer.body.length / 2), () => response.destroy());
  } else response.writeHead(answer.status, answer.headers).end(answer.body);
}

async function ask(target: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  const answer = await fetch(target + (request.url ?? ''), {
    method: request.method ?? 'GET',
    headers: headers as Record<string, string>,
    ...(body.length > 0 ? { body } : {}),
  });
  const { 'content-encoding': _encoding, 'content-length': _size, ...kept } = Object.fromEntries(answer.headers);
  return { status: answer.status, headers: kept, body: await answer.text() };
}
