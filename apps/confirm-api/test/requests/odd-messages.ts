import { confirmOf, type MatrixRequest, requestOf } from './matrix-request';

const READ = '/api/payments/orders/{ready}';
const CONFIRM = '/api/payments/confirm';
const JSON_TYPE = 'Content-Type: application/json';

/** Requests that no usual client writes, and headers that clients, proxies and attackers add. */
export function oddMessages(): MatrixRequest[] {
  return [...bodiesAndLengths(), ...startLines(), ...headers()];
}

function bodiesAndLengths(): MatrixRequest[] {
  const chunked = (title: string, body: string) =>
    requestOf(`confirm in chunks: ${title}`, CONFIRM, {
      method: 'POST',
      headers: [JSON_TYPE, 'Transfer-Encoding: chunked'],
      body,
      length: null,
    });
  const sized = (title: string, length: string, body: string) =>
    requestOf(`confirm with Content-Length ${title}`, CONFIRM, {
      method: 'POST',
      headers: [JSON_TYPE, `Content-Length: ${length}`],
      body,
      length: null,
    });
  const spaces = (length: number) => `{}${' '.repeat(length - 2)}`;
  return [
    chunked('whole', '2\r\n{}\r\n0\r\n\r\n'),
    chunked('one byte each', '1\r\n{\r\n1\r\n}\r\n0\r\n\r\n'),
    chunked('with an extension', '2;a=b\r\n{}\r\n0\r\n\r\n'),
    chunked('with a trailer', '2\r\n{}\r\n0\r\nX-Trailer: 1\r\n\r\n'),
    chunked('none', '0\r\n\r\n'),
    chunked('a length that is no number', 'ZZ\r\n{}\r\n0\r\n\r\n'),
    chunked('a length that is negative', '-2\r\n{}\r\n0\r\n\r\n'),
    chunked('a length that is too short', '1\r\n{}\r\n0\r\n\r\n'),
    chunked('17 KB', `4400\r\n${spaces(17_408)}\r\n0\r\n\r\n`),
    sized('abc', 'abc', '{}'),
    sized('-1', '-1', '{}'),
    sized('+2', '+2', '{}'),
    sized('2, 2', '2, 2', '{}'),
    sized('99999999999999999999', '99999999999999999999', '{}'),
    requestOf('confirm with two lengths', CONFIRM, {
      method: 'POST',
      headers: [JSON_TYPE, 'Content-Length: 2', 'Content-Length: 3'],
      body: '{}',
      length: null,
    }),
    requestOf('confirm with a length and chunks', CONFIRM, {
      method: 'POST',
      headers: [JSON_TYPE, 'Transfer-Encoding: chunked', 'Content-Length: 2'],
      body: '2\r\n{}\r\n0\r\n\r\n',
      length: null,
    }),
    requestOf('confirm with an unknown Transfer-Encoding', CONFIRM, {
      method: 'POST',
      headers: [JSON_TYPE, 'Transfer-Encoding: gzip'],
      body: '{}',
      length: null,
    }),
    requestOf('confirm without a body', CONFIRM, { method: 'POST', headers: [JSON_TYPE] }),
    requestOf('confirm without anything', CONFIRM, { method: 'POST' }),
    confirmOf('confirm of 16,384 bytes', spaces(16_384)),
    confirmOf('confirm of 16,385 bytes', spaces(16_385)),
    confirmOf('confirm of 1 MB', spaces(1_000_000)),
    confirmOf('confirm that nests 8,000 times', '['.repeat(8_000)),
    confirmOf('confirm with bytes that are no UTF-8', '', { body: '{"a":"\xff"}' }),
    confirmOf('confirm in UTF-16', '', { body: Buffer.from('{}', 'utf16le').toString('latin1') }),
    requestOf('GET with a body', READ, { headers: [JSON_TYPE], body: '{}' }),
    requestOf('GET with a body in chunks', READ, {
      headers: ['Transfer-Encoding: chunked'],
      body: '2\r\n{}\r\n0\r\n\r\n',
      length: null,
    }),
  ];
}

function startLines(): MatrixRequest[] {
  const raw = (title: string, bytes: string, { method = 'GET', path = READ } = {}) => ({ title, method, path, bytes });
  return [
    raw('bytes: no HTTP', 'GARBAGE\r\n\r\n'),
    raw('bytes: TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
    raw('bytes: HTTP/0.9', `GET ${READ}\r\n\r\n`),
    raw('bytes: preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    raw('bytes: lines end with LF only', `GET ${READ} HTTP/1.1\nHost: payments\nConnection: close\n\n`),
    raw(
      'bytes: an empty line before the request',
      `\r\nGET ${READ} HTTP/1.1\r\nHost: payments\r\nConnection: close\r\nAuthorization: {own}\r\n\r\n`,
    ),
    raw('bytes: HTTP/1.1 without Host', `GET ${READ} HTTP/1.1\r\nAuthorization: {own}\r\n\r\n`),
    raw('bytes: HTTP/1.0 without Host', `GET ${READ} HTTP/1.0\r\nAuthorization: {own}\r\n\r\n`),
    raw('bytes: CONNECT', 'CONNECT payments:443 HTTP/1.1\r\nHost: payments\r\n\r\n'),
    raw('bytes: a header without a colon', `GET ${READ} HTTP/1.1\r\nHost: payments\r\nNonsense\r\n\r\n`),
    raw('bytes: a space before the colon', `GET ${READ} HTTP/1.1\r\nHost : payments\r\n\r\n`),
    raw('bytes: a NUL in a header', `GET ${READ} HTTP/1.1\r\nHost: payments\r\nX-A: a\0b\r\n\r\n`),
    raw('bytes: two spaces in the first line', `GET  ${READ} HTTP/1.1\r\nHost: payments\r\nConnection: close\r\n\r\n`),
    raw('bytes: a space in the path', `GET ${READ} x HTTP/1.1\r\nHost: payments\r\n\r\n`),
    requestOf('target: absolute', READ, { target: `http://payments${READ}` }),
    requestOf('target: absolute, of another host', READ, { target: `http://elsewhere${READ}` }),
    requestOf('target: *', '*', { method: 'OPTIONS' }),
    requestOf('target: with a fragment', READ, { target: `${READ}#top` }),
    requestOf('target: 17 KB', `/api/payments/${'a'.repeat(17_000)}`),
    requestOf('version: HTTP/1.0', READ, { version: 'HTTP/1.0' }),
    requestOf('version: HTTP/2.0', READ, { version: 'HTTP/2.0' }),
    requestOf('version: HTTP/1.9', READ, { version: 'HTTP/1.9' }),
    requestOf('method: get', READ, { method: 'get' }),
    requestOf('method: FOO', READ, { method: 'FOO' }),
    requestOf('method: PROPFIND', READ, { method: 'PROPFIND' }),
    requestOf('method: QUERY', READ, { method: 'QUERY' }),
  ];
}

function headers(): MatrixRequest[] {
  const read = (...lines: string[]) =>
    requestOf(`GET with ${lines.join(' and ').slice(0, 60)}`, READ, { headers: lines });
  return [
    ...['text/html', 'application/xml', 'application/json', 'nonsense'].map((type) => read(`Accept: ${type}`)),
    read('Accept-Encoding: gzip'),
    read('Accept-Language: ko'),
    read('Range: bytes=0-1'),
    read('If-None-Match: *'),
    read('If-Match: "x"'),
    read('If-Modified-Since: Sat, 01 Jan 2050 00:00:00 GMT'),
    read('X-HTTP-Method-Override: DELETE'),
    read('X-Forwarded-Proto: https', 'X-Forwarded-Host: elsewhere'),
    read('Upgrade: websocket', 'Sec-WebSocket-Version: 13'),
    read('Upgrade: h2c', 'HTTP2-Settings: AA'),
    read('Expect: 100-continue'),
    read('Expect: wonders'),
    read('Cookie: a=b'),
    read('X-Correlation-Id: harmless-1'),
    read('X-Correlation-Id: {"a":1}'),
    read('X-Correlation-Id: a', 'X-Correlation-Id: b'),
    read('Origin: https://shop.example'),
    read(`X-Padding: ${'a'.repeat(17_000)}`),
    read('Authorization: {other}'),
    read('Host: elsewhere'),
    requestOf('preflight without CORS', READ, {
      method: 'OPTIONS',
      token: null,
      headers: ['Origin: https://shop.example', 'Access-Control-Request-Method: GET'],
    }),
    requestOf('GET a script with Range', '/swagger-ui/swagger-ui.css', { headers: ['Range: bytes=99999999-'] }),
    requestOf('GET a script with If-Match', '/swagger-ui/swagger-ui.css', { headers: ['If-Match: "x"'] }),
    requestOf('GET a script with If-None-Match', '/swagger-ui/swagger-ui.css', { headers: ['If-None-Match: *'] }),
  ];
}
