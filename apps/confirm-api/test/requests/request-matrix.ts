import { confirmOf, type MatrixRequest, requestOf, type RequestParts } from './matrix-request';
import { oddMessages } from './odd-messages';

/** Every route of the API; a test holds them against the document. */
export const ROUTES = [
  '/api/payments/confirm',
  '/api/payments/{readyPayment}',
  '/api/payments/orders/{ready}',
  '/api/payments/orders/{ready}/checkout',
  '/api/payments/{refundablePayment}/cancel',
  '/api/webhooks/toss',
  '/api/payments',
];
const OTHER_PATHS = ['/', '/nothing', '/api', '/api/', '/api/nothing', '/v3/api-docs', '/swagger-ui.html'];
const ACTUATOR = ['/actuator/health', '/actuator/health/liveness', '/actuator/health/readiness', '/actuator/info'];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
const TOKENS = [
  'other',
  'admin',
  'service',
  'lowercaseScheme',
  'expired',
  'notYet',
  'foreignSecret',
  'unsigned',
  'numericSub',
  'listedSub',
  'zeroPaddedSub',
  'noSub',
  'noExp',
  'garbage',
  'basic',
  'emptyBearer',
];

/** Whose bearer may cancel the payment of the buyer. */
export const ACCEPTED_TOKENS = ['admin', 'service', 'lowercaseScheme'];

/** Ways to write the path of a payment that is there, and of some that cannot be. */
const PATHS = [
  '/api/payments/orders/{ready}?verbose=1',
  '/api/payments/orders/{ready}?',
  '/api/payments/orders/{ready}/',
  '/api/payments/orders/{ready}//checkout',
  '/api/payments/orders//checkout',
  '/api/payments//orders/{ready}',
  '//api/payments/orders/{ready}',
  '/API/payments/orders/{ready}',
  '/api/Payments/orders/{ready}',
  '/api/payments/ORDERS/{ready}',
  '/api/payments/orders/{ready}/Checkout',
  '/api/payments/orders/{ready}/checkout/',
  '/api/payments/orders/{ready}/confirm',
  '/api/payments/orders/{ready};v=1',
  '/api/payments/orders/{readyEscaped}',
  '/api/payments/%6frders/{ready}',
  '/api%2fpayments/orders/{ready}',
  '/api/./payments/orders/{ready}',
  '/api/x/../payments/orders/{ready}',
  '/api/payments/orders/%zz',
  '/api/payments/orders/%',
  '/api/payments/orders/%E0%A4%A',
  '/api/payments/orders/%FF',
  '/api/payments/orders/%00',
  '/api/payments/orders/%2e%2e',
  '/api/payments/orders/0',
  '/api/payments/orders/00',
  '/api/payments/orders/0{ready}',
  '/api/payments/orders/-1',
  '/api/payments/orders/+1',
  '/api/payments/orders/1.0',
  '/api/payments/orders/1e3',
  '/api/payments/orders/0x1',
  '/api/payments/orders/1_000',
  '/api/payments/orders/%201',
  '/api/payments/orders/%EF%BC%91',
  '/api/payments/orders/abc',
  '/api/payments/orders/9223372036854775807',
  '/api/payments/orders/9223372036854775808',
  '/api/payments/orders/99999999999999999999',
  '/api/payments/orders/{large}',
  '/api/payments/orders/1,2',
  "/api/payments/orders/1'--",
  '/api/payments/{readyPaymentCapitals}',
  '/api/payments/%7B{readyPayment}%7D',
  '/api/payments/{readyPaymentWithoutDashes}',
  '/api/payments/00000000-0000-0000-0000-000000000000',
  '/api/payments/ffffffff-ffff-ffff-ffff-ffffffffffff',
  '/api/payments/%zz',
  '/api/payments/orders',
  '/api/payments/constructor',
  '/api/__proto__',
  '/swagger-ui/',
  '/swagger-ui',
  '/swagger-ui/index.html',
  '/swagger-ui/swagger-ui.css',
  '/swagger-ui/swagger-initializer.js',
  '/swagger-ui/nothing.js',
  '/swagger-ui/..%2f..%2fpackage.json',
  '/swagger-ui/%zz',
  '/Swagger-UI.html',
  '/v3/api-docs/',
  '/v3/api-docs.yaml',
  '/actuator',
  '/actuator/env',
  '/actuator/health/db',
  '/Actuator/health',
  '/favicon.ico',
];

const AMOUNTS = [
  ...['0', '-0', '1', '49999', '50000.0', '5e4', '50001', '-1', '1.5', '14999.9999999999999999999', '1e-400', '1e400'],
  ...['9007199254740991', '9007199254740992', '99999999999999999999', 'null', 'true', '[]', '{}'],
  ...['""', '"0050000"', '"50000 "', '"50,000"', '"50000.0"', '"5e4"', '"-1"', '"-0"', '"0x10"', '"NaN"'],
];
const ORDER_IDS = [
  ...['0', '-1', '1.5', '1e400', '886001.99999999999999999999', '9223372036854775807', '9223372036854775808'],
  ...['null', 'false', '[1]', '{"a":1}', '""', '"007"', '"+1"', '" 1"', '"1e3"', '"9223372036854775808"', '"１"'],
];
const PAYMENT_KEYS = [
  ...['null', '1', 'true', '[]', '""', '" "', '"a b"', '"."', '".."', '"키"', '"\\u0000"', '"\\ud800"', '"a\\nb"'],
  JSON.stringify('k'.repeat(200)),
  JSON.stringify('k'.repeat(201)),
];
const BODIES = [
  ...['', ' ', '{', '{}', '[]', 'null', '12', '"text"', 'true', '{}{}', '{},', '{"paymentKey":"a",}', "{'a':1}"],
  ...['{"a":NaN}', '{"a":01}', '{/**/}', '<confirm/>', 'paymentKey=a&orderId=1&amount=1', '\ufeff{}', '{"a":"\u0001"}'],
  '{"amount":1,"amount":2}',
];
const MEDIA_TYPES = [
  ...['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'Application/JSON', 'application/json;'],
  ...['application/json; charset=euc-kr', 'text/plain', 'text/json', 'application/x-www-form-urlencoded'],
  ...['multipart/form-data; boundary=x', 'application/problem+json', 'application/vnd.api+json', '*/*', ''],
  ...['application/json, text/plain', 'application/jsonx', 'json'],
];
const REASONS = ['null', '1', 'true', '[]', '{}', '""', '" "', '"\\ud800"', JSON.stringify('r'.repeat(201))];
const ENCODINGS = ['identity', 'gzip', 'br', 'deflate', 'zstd', 'gzip, gzip', 'nonsense'];

/** Well over 300 requests, from the routes and a small grammar of HTTP; always the same, in the same order. */
export function requestMatrix(): MatrixRequest[] {
  return [
    ...[...ROUTES, ...OTHER_PATHS, ...ACTUATOR].flatMap((path) => METHODS.map((method) => plain(method, path))),
    ...ROUTES.flatMap((path) => [null, ...TOKENS].map((token) => withToken(path, token))),
    withToken('/api/nothing', null),
    ...PATHS.map((path) => requestOf(`GET ${path}`, path)),
    ...ofStates(),
    ...BODIES.map((body) =>
      confirmOf(`confirm with the body ${JSON.stringify(body).replace('\ufeff', '\\ufeff')}`, body),
    ),
    ...MEDIA_TYPES.map((type) =>
      confirmOf(`confirm as ${type || 'nothing'}`, '{}', { headers: [`Content-Type: ${type}`] }),
    ),
    confirmOf('confirm without a Content-Type', '{}', { headers: [] }),
    ...ENCODINGS.map((encoding) =>
      confirmOf(`confirm encoded as ${encoding}`, '{}', {
        headers: ['Content-Type: application/json', `Content-Encoding: ${encoding}`],
      }),
    ),
    ...PAYMENT_KEYS.map((key) =>
      confirmOf(`confirm with paymentKey ${shortened(key)}`, fields({ orderId: '{approved}', paymentKey: key })),
    ),
    ...ORDER_IDS.map((id) => confirmOf(`confirm with orderId ${id}`, fields({ orderId: id }))),
    ...AMOUNTS.map((amount) =>
      cancelOf(`cancel with cancelAmount ${amount}`, `{"cancelReason":"r","cancelAmount":${amount}}`),
    ),
    ...REASONS.map((reason) => cancelOf(`cancel with cancelReason ${shortened(reason)}`, `{"cancelReason":${reason}}`)),
    ...AMOUNTS.map((amount) => confirmOf(`confirm with amount ${amount}`, fields({ orderId: '{approved}', amount }))),
    ...oddMessages(),
  ];
}

/** Of a payment that nobody has paid: whatever amount is asked for, Toss has nothing to give back. */
function cancelOf(title: string, body: string): MatrixRequest {
  const parts = { method: 'POST', headers: ['Content-Type: application/json'], body };
  return requestOf(title, '/api/payments/{readyPayment}/cancel', parts);
}

function plain(method: string, path: string): MatrixRequest {
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const parts: RequestParts = hasBody ? { headers: ['Content-Type: application/json'], body: '{}' } : {};
  return requestOf(`${method} ${path}`, path, { method, ...parts });
}

function withToken(path: string, token: string | null): MatrixRequest {
  const title = `${path} ${token === null ? 'without a token' : `as ${token}`}`;
  const json = { method: 'POST', headers: ['Content-Type: application/json'], token };
  if (path.endsWith('/cancel')) {
    // Each has a payment of its own: nobody waits for the refund of somebody else here.
    const own = ACCEPTED_TOKENS.includes(token ?? '')
      ? path.replace('refundablePayment', `refundableBy_${token}`)
      : path;
    return requestOf(`POST ${title}`, own, { ...json, body: '{"cancelReason":"r","cancelAmount":1}' });
  }
  if (path === '/api/webhooks/toss') return requestOf(`POST ${title}`, path, { ...json, body: '{}' });
  if (path !== '/api/payments/confirm') return requestOf(`GET ${title}`, path, { token });
  return confirmOf(`POST ${title}`, fields({ orderId: '{approved}', paymentKey: '"{approvedKey}"' }), { token });
}

/** What a payment says in each of its states. */
function ofStates(): MatrixRequest[] {
  const states = ['ready', 'approved', 'failed', 'unknown', 'awaiting', 'free'];
  const reads = states.flatMap((state) => [
    requestOf(`GET the payment that is ${state}`, `/api/payments/orders/{${state}}`),
    requestOf(`GET the checkout of what is ${state}`, `/api/payments/orders/{${state}}/checkout`),
  ]);
  const confirms = ['approved', 'failed', 'awaiting'].map((state) =>
    confirmOf(`confirm what is ${state} again`, fields({ orderId: `{${state}}`, paymentKey: `"{${state}Key}"` })),
  );
  const others = [...states.filter((state) => state !== 'ready' && state !== 'free'), 'missing'].map((state) =>
    confirmOf(`confirm what is ${state} with another key`, fields({ orderId: `{${state}}`, paymentKey: '"another"' })),
  );
  return [
    ...reads,
    ...confirms,
    ...others,
    confirmOf('confirm what is free', fields({ orderId: '{free}', amount: '0' })),
    confirmOf('confirm with a key that Toss does not know', fields({ orderId: '{refused}' })),
    confirmOf(
      'confirm with digits in strings',
      fields({ orderId: '"{approved}"', amount: '"50000"', paymentKey: '"{approvedKey}"' }),
    ),
    confirmOf(
      'confirm with an unknown field',
      `{"x":1,${fields({ orderId: '{approved}', paymentKey: '"{approvedKey}"' }).slice(1)}`,
    ),
  ];
}

function fields({ paymentKey = '"made-up"', orderId = '{ready}', amount = '50000' }): string {
  return `{"paymentKey":${paymentKey},"orderId":${orderId},"amount":${amount}}`;
}

function shortened(text: string): string {
  return text.length > 40 ? `of ${text.length - 2} characters` : text;
}
