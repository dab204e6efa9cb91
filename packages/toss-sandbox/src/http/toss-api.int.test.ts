import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTossSandbox, type TossSandbox } from '../sandbox';

let sandbox: TossSandbox;
beforeAll(async () => {
  sandbox = await startTossSandbox({ seed: 1 });
});
afterAll(() => sandbox.close());

it.each([
  ['PUT', '/v1/payments/confirm'],
  ['GET', '/v1/payments/key/cancel'],
  ['POST', '/v1/payments'],
])('%s %s: Toss has no such call', async (method, path) => {
  const response = await fetch(sandbox.url + path, { method });
  expect({ status: response.status, traced: response.headers.has('x-tosspayments-trace-id') }).toEqual({
    status: 404,
    traced: true,
  });
  expect(await response.json()).toMatchObject({ code: 'NOT_FOUND_HTTP_METHOD' });
});

it('takes no body above 1 MiB, wherever it is sent', async () => {
  const body = 'x'.repeat((1 << 20) + 1);
  const paths = ['/v1/payments/confirm', '/__sim/faults', '/v2/checkout'];
  const answers = await Promise.all(paths.map((path) => fetch(sandbox.url + path, { method: 'POST', body })));
  expect(answers.map(({ status }) => status)).toEqual([413, 413, 413]);
});
