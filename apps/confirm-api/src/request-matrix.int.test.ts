import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { type Exchange } from '../test/documented-answer';
import { type MatrixRequest } from '../test/requests/matrix-request';
import { type Order, PaymentWorld } from '../test/payment-world';
import { sendRaw } from '../test/requests/raw-request';
import { ACCEPTED_TOKENS, requestMatrix, ROUTES } from '../test/requests/request-matrix';
import { openApiDocument } from './adapters/http/documentation/openapi-document';
import { signedText, userToken } from '../test/user-token';

/** One line a request: what was asked, what came back. Reviewed by people; `WRITE_MATRIX=1` writes it anew. */
const TABLE = join(__dirname, 'request-matrix.txt');
const AT_ONCE = 8;

describe('the matrix of requests', () => {
  let world: PaymentWorld;
  let api: string;
  let values: Readonly<Record<string, string>>;
  beforeAll(async () => {
    world = await PaymentWorld.start();
    // Who meets a payment that somebody else is confirming is not to wait here.
    api = await world.startApi({ CONFIRM_WAIT_MS: '0' });
    values = await valuesFor(world, api);
  });
  afterAll(() => world.stop());

  it('answers each as its table says, and each as the OpenAPI document says', async () => {
    const requests = requestMatrix();
    expect(requests.length).toBeGreaterThanOrEqual(300);
    expect(new Set(requests.map(({ title }) => title)).size).toBe(requests.length);
    const lines = await inTurns(requests, (request) => lineOf(api, request, values));
    const table = `${lines.join('\n')}\n`;
    if (process.env['WRITE_MATRIX'] !== undefined) writeFileSync(TABLE, table);
    expect(lines).toEqual(readFileSync(TABLE, 'utf8').trimEnd().split('\n'));
  });

  it('makes the service log no error, and charges nobody', () => {
    expect(world.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
    // Those that the states below were made with.
    expect(world.sandbox.ledger().filter(({ kind }) => kind === 'charge')).toHaveLength(3 + ACCEPTED_TOKENS.length);
    // By the owner and by those that may act for anybody.
    expect(world.sandbox.ledger().filter(({ kind }) => kind === 'cancel')).toHaveLength(ACCEPTED_TOKENS.length);
  });

  it('asks each route of the document', () => {
    const shapes = ROUTES.map((path) => path.replace(/\{\w+\}/g, '{}')).sort();
    const documented = Object.keys(openApiDocument.paths).map((path) => path.replace(/\{\w+\}/g, '{}'));
    expect(shapes).toEqual(documented.sort());
  });
});

/** What the `{names}` of the matrix stand for: payments in every state, all of one buyer, and tokens. */
async function valuesFor(world: PaymentWorld, api: string): Promise<Record<string, string>> {
  const USER_ID = 7n;
  const place = (amount?: bigint, orderId?: bigint) =>
    world.order({
      userId: USER_ID,
      ...(amount !== undefined && { amount }),
      ...(orderId !== undefined && { orderId }),
    });
  const pay = async (order: Order, choice: Parameters<PaymentWorld['authenticate']>[1] = {}) => {
    const paymentKey = await world.authenticate(order, choice);
    await world.confirm(api, order, { paymentKey });
    return paymentKey;
  };
  const [ready, approved, failed, unknown, awaiting] = [
    await place(),
    await place(),
    await place(),
    await place(),
    await place(),
  ];
  const large = await place(undefined, 9_007_199_254_740_993n);
  const [free, refused] = [await place(0n), await place()];
  const refundable: [string, string][] = [];
  for (const name of ['refundablePayment', ...ACCEPTED_TOKENS.map((token) => `refundableBy_${token}`)]) {
    const order = await place();
    await pay(order);
    refundable.push([name, String((await world.rowsOf(order)).payment!['payment_id'])]);
  }
  await world.sandbox.control.addFault({
    route: 'confirm',
    orderId: unknown.pgOrderId,
    fault: { kind: 'drop-response' },
  });
  await world.sandbox.control.addFault({ route: 'get-payment', times: 10, fault: { kind: 'lose-request' } });
  const unknownKey = await pay(unknown);
  await world.sandbox.control.removeFault();
  const paymentId = String((await world.rowsOf(ready)).payment!['payment_id']);
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const bearer = async (token: Promise<string> | string) => `Bearer ${await token}`;
  return {
    ...Object.fromEntries(
      Object.entries({ ready, approved, failed, unknown, awaiting, free, large, refused }).map(
        ([name, { orderId }]) => [name, String(orderId)],
      ),
    ),
    missing: '424242',
    readyEscaped: `%3${String(ready.orderId).split('').join('%3')}`,
    ...Object.fromEntries(refundable),
    readyPayment: paymentId,
    readyPaymentCapitals: paymentId.toUpperCase(),
    readyPaymentWithoutDashes: paymentId.replaceAll('-', ''),
    unknownKey,
    approvedKey: await pay(approved),
    failedKey: await pay(failed, { outcome: { declineCode: 'REJECT_CARD_COMPANY' } }),
    awaitingKey: await pay(awaiting, { method: 'VIRTUAL_ACCOUNT' }),
    own: await bearer(userToken(USER_ID)),
    other: await bearer(userToken(8n)),
    admin: await bearer(userToken('somebody', { roles: ['ADMIN'] })),
    service: await bearer(userToken('order-service', { roles: ['SERVICE'] })),
    lowercaseScheme: `bearer ${await userToken(USER_ID)}`,
    expired: await bearer(signedText(`{"sub":"${USER_ID}","exp":1000000000}`)),
    notYet: await bearer(signedText(`{"sub":"${USER_ID}","nbf":${exp},"exp":${exp}}`)),
    foreignSecret: await bearer(
      new SignJWT({ sub: '7', exp }).setProtectedHeader({ alg: 'HS512' }).sign(Buffer.alloc(64, 'another secret')),
    ),
    unsigned: await bearer(new UnsecuredJWT({ sub: '7', exp }).encode()),
    numericSub: await bearer(signedText(`{"sub":7,"exp":${exp}}`)),
    listedSub: await bearer(signedText(`{"sub":["7"],"exp":${exp}}`)),
    zeroPaddedSub: await bearer(signedText(`{"sub":"07","exp":${exp}}`)),
    noSub: await bearer(signedText(`{"exp":${exp}}`)),
    noExp: await bearer(signedText('{"sub":"7"}')),
    garbage: 'Bearer garbage',
    basic: 'Basic dXNlcjpwYXNz',
    emptyBearer: 'Bearer',
  };
}

async function lineOf(api: string, request: MatrixRequest, values: Readonly<Record<string, string>>): Promise<string> {
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (name, key: string) => values[key] ?? name);
  const { method, title } = request;
  // The length was counted before; a body with names in it is counted again.
  const bytes = filled(request.bytes).replace(
    /(Content-Length: )\d+(\r\n\r\n)(?=\{"(?:paymentKey|x)")(.*)$/s,
    (_all, name: string, end: string, body: string) => `${name}${body.length}${end}${body}`,
  );
  const [answer] = await sendRaw(api, Buffer.from(bytes, 'latin1'), [{ method, path: filled(request.path) }]);
  return `${title.padEnd(68)} ${answer === undefined ? 'closed' : wordsOf(answer)}`;
}

/** Set on everything that the app answers; named together, so that the table shows what differs. */
const EVERYWHERE = [
  ...['content-security-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'origin-agent-cluster'],
  ...['referrer-policy', 'strict-transport-security', 'x-content-type-options', 'x-dns-prefetch-control'],
  ...['x-download-options', 'x-frame-options', 'x-permitted-cross-domain-policies', 'x-xss-protection'],
];
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'date', 'content-length'];

function wordsOf({ status, headers, text }: Exchange): string {
  const isSecured = EVERYWHERE.every((name) => headers.has(name));
  const names = [...headers.keys()].filter(
    (name) => !OF_THE_CONNECTION.includes(name) && !(isSecured && EVERYWHERE.includes(name)),
  );
  return [status, codeIn(status, text).padEnd(26), ...names.sort(), ...(isSecured ? ['+security'] : [])].join(' ');
}

/** The error code with the names of wrong fields, or what a payment is, or nothing. */
function codeIn(answered: number, text: string): string {
  const [code] = /(?<="code":")[A-Z0-9-]+/.exec(text) ?? [];
  const fields = [...text.matchAll(/(?<="field":")\w+/g)].join(',');
  const [status = '-'] = /(?<="status":")[A-Z_]+/.exec(text) ?? [];
  const [attempt] = /(?<="attempt":\{"status":")[A-Z_]+/.exec(text) ?? [];
  return code === undefined || answered < 400
    ? [status, attempt].filter(Boolean).join('/')
    : `${code}${fields && `(${fields})`}`;
}

/** A few at a time, and the answers in the order of the questions. */
async function inTurns<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  const ofOne = async () => {
    for (let index = next++; index < items.length; index = next++) answers[index] = await ask(items[index]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ofOne));
  return answers;
}
