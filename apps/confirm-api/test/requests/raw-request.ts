import { connect } from 'node:net';
import { type Exchange, mustBeDocumented } from '../documented-answer';

/**
 * Sends bytes as they are, which no HTTP client would, and reads answers until the server closes the connection. Each
 * is held against the OpenAPI document.
 * @param asked method and path of each answer that is expected: an answer does not tell what it is to.
 */
export async function sendRaw(
  url: string,
  request: string | Uint8Array,
  asked: readonly Pick<Exchange, 'method' | 'path'>[],
): Promise<Exchange[]> {
  const answers = exchangesIn(await conversation(url, request), asked);
  answers.forEach(mustBeDocumented);
  return answers;
}

function conversation(url: string, request: string | Uint8Array): Promise<Buffer> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect({ port: Number(port), host: hostname });
    socket.write(request);
    socket
      .on('data', (chunk: Buffer) => received.push(chunk))
      .once('error', reject)
      .once('close', () => resolve(Buffer.concat(received)));
  });
}

function exchangesIn(bytes: Buffer, asked: readonly Pick<Exchange, 'method' | 'path'>[]): Exchange[] {
  const exchanges: Exchange[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`no end of headers in ${rest.toString()}`);
    const [first = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
    const headers = new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
    const { method, path } = asked[exchanges.length] ?? { method: 'GET', path: '/' };
    const length = method === 'HEAD' ? 0 : Number(headers.get('content-length') ?? 0);
    const body = rest.subarray(end + 4, end + 4 + length);
    rest = rest.subarray(end + 4 + length);
    if (status >= 200) exchanges.push({ method, path, status, headers, text: body.toString() });
  }
  return exchanges;
}
