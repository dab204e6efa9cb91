import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxTarget } from '../testing/sandbox-target';
import { startTossSandbox, type TossSandbox } from '../sandbox';
import { type Authenticated } from '../sandbox-control';
import { documentedMerchant } from '../state/merchant-keys';
import { rawAnswer } from '../testing/raw-answer';
import { type Fault } from './fault';

const [pair] = documentedMerchant.keys;
const authorization = `Basic ${Buffer.from(`${pair!.secretKey}:`).toString('base64')}`;

describe('faults on the socket', () => {
  let sandbox: TossSandbox;
  let target: SandboxTarget;

  beforeEach(async () => {
    sandbox = await startTossSandbox({ clock: 'virtual', seed: 1 });
    target = await SandboxTarget.connect({ url: sandbox.url, ...pair! });
  });
  afterEach(() => sandbox.close());

  const confirmRaw = ({ paymentKey, orderId, amount }: Authenticated) => {
    const body = JSON.stringify({ paymentKey, orderId, amount });
    const head = ['POST /v1/payments/confirm HTTP/1.1', 'host: sandbox', `authorization: ${authorization}`];
    const type = ['content-type: application/json', `content-length: ${body.length}`, 'connection: close'];
    return rawAnswer(sandbox.port, Buffer.from([...head, ...type, '', body].join('\r\n')));
  };
  const statusOf = async (payment: Authenticated) => (await target.sandbox.payment(payment.paymentKey)).status;

  async function confirmUnder(fault: Fault) {
    const payment = await target.authenticated();
    await target.sandbox.addFault({ route: 'confirm', times: 1, fault });
    const answer = await confirmRaw(payment);
    return { answer, status: await statusOf(payment), charges: sandbox.ledger().length };
  }

  it('lose-request: no byte comes back and nothing is charged', async () => {
    expect(await confirmUnder({ kind: 'lose-request' })).toEqual({ answer: '', status: 'IN_PROGRESS', charges: 0 });
  });

  it('drop-response: no byte comes back, and the money has moved', async () => {
    expect(await confirmUnder({ kind: 'drop-response' })).toEqual({ answer: '', status: 'DONE', charges: 1 });
  });

  it('cut-body: headers and half of the body, and the money has moved', async () => {
    const { answer, status, charges } = await confirmUnder({ kind: 'cut-body' });
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 200 /);
    const promised = Number(/content-length: (\d+)/.exec(head)?.[1]);
    expect(Buffer.byteLength(body)).toBe(promised >> 1);
    expect({ status, charges }).toEqual({ status: 'DONE', charges: 1 });
  });

  it('too-many-requests: 429, nothing processed', async () => {
    const { answer, charges } = await confirmUnder({ kind: 'too-many-requests' });
    expect(answer).toMatch(/^HTTP\/1.1 429 /);
    expect(charges).toBe(0);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('server-error, processed %s: the 502 says nothing about the money', async (processed, charges) => {
    const found = await confirmUnder({ kind: 'server-error', status: 502, processed, html: true });
    expect(found.answer).toMatch(/^HTTP\/1.1 502 [^]*text\/html[^]*<h1>502/);
    expect(found.charges).toBe(charges);
  });

  it('hold before: the request has not arrived; during: it is in processing; after: it is done; until it is released', async () => {
    const seen: unknown[] = [];
    for (const stage of ['before', 'during', 'after'] as const) {
      const payment = await target.authenticated();
      const rule = { orderId: payment.orderId, times: 1, fault: { kind: 'hold', stage } } as const;
      const held = await target.sandbox.addFault(rule);
      const answer = confirmRaw(payment);
      while ((await timesActed()) === 0);
      seen.push([stage, await statusOf(payment), (await target.confirm(payment)).fields['code'] ?? 'confirmed']);
      await target.sandbox.removeFault(held);
      expect(await answer).toMatch(/^HTTP\/1.1 (200|400) /);
    }
    expect(seen).toEqual([
      ['before', 'IN_PROGRESS', 'confirmed'],
      ['during', 'IN_PROGRESS', 'ALREADY_PROCESSING_REQUEST'],
      ['after', 'DONE', 'ALREADY_PROCESSED_PAYMENT'],
    ]);
  });

  it('delay ends by itself, at whatever stage', async () => {
    for (const stage of ['before', 'during', 'after'] as const) {
      const { answer, status } = await confirmUnder({ kind: 'delay', delayMs: 1, stage });
      expect(answer).toMatch(/^HTTP\/1.1 200 /);
      expect(status).toBe('DONE');
    }
  });

  it('hold ends with the sandbox', async () => {
    const payment = await target.authenticated();
    await target.sandbox.addFault({ fault: { kind: 'hold', stage: 'after' } });
    const answer = confirmRaw(payment);
    while ((await timesActed()) === 0);
    await sandbox.close();
    expect(await answer).toMatch(/^HTTP\/1.1 200 /);
  });

  async function timesActed(): Promise<number> {
    const rules = (await (await fetch(`${sandbox.url}/__sim/faults`)).json()) as { timesActed: number }[];
    return rules[0]!.timesActed;
  }

  it('a payment in processing does not expire under it, those behind it do', async () => {
    const payment = await target.authenticated();
    const other = await target.authenticated();
    const fault = { kind: 'hold', stage: 'during' } as const;
    const held = await target.sandbox.addFault({ route: 'confirm', times: 1, fault });
    const slow = confirmRaw(payment);
    while ((await timesActed()) === 0);
    await target.sandbox.advanceClock(11 * 60_000);
    expect((await target.confirm(other)).fields['code']).toBe('NOT_FOUND_PAYMENT_SESSION');
    await target.sandbox.removeFault(held);
    expect(await slow).toMatch(/^HTTP\/1.1 200 /);
    expect([await statusOf(payment), await statusOf(other)]).toEqual(['DONE', 'EXPIRED']);
  });

  it('act no more once they are removed, one or all', async () => {
    const payment = await target.authenticated();
    const lose = { route: 'confirm', fault: { kind: 'lose-request' } } as const;
    const id = await target.sandbox.addFault(lose);
    const other = await target.sandbox.addFault({ ...lose, orderId: 'another' });
    await target.sandbox.removeFault(id);
    await expect(target.sandbox.removeFault(id)).rejects.toMatchObject({ status: 404 });
    expect(await confirmRaw(payment)).toMatch(/^HTTP\/1.1 200 /);
    await target.sandbox.removeFault();
    await expect(target.sandbox.removeFault(other)).rejects.toMatchObject({ status: 404 });
  });

  it('strike the nth call, only the named order, and only as often as they say', async () => {
    const lost = async (payment: Authenticated) => (await confirmRaw(payment)) === '';
    const [one, two, three] = [
      await target.authenticated(),
      await target.authenticated(),
      await target.authenticated(),
    ];
    await target.sandbox.addFault({ route: 'confirm', nth: 2, fault: { kind: 'lose-request' } });
    expect([await lost(one), await lost(two), await lost(three)]).toEqual([false, true, false]);
    await target.sandbox.removeFault();
    await target.sandbox.addFault({ orderId: two.orderId, times: 2, fault: { kind: 'lose-request' } });
    expect([await lost(one), await lost(two), await lost(two), await lost(two)]).toEqual([false, true, true, false]);
  });

  it('strike by probability as the seed says, whatever the order of the requests', async () => {
    const draw = async (seed: number, orders: readonly string[]) => {
      await target.sandbox.addFault({ probability: 0.5, seed, fault: { kind: 'too-many-requests' } });
      const struck: string[] = [];
      for (const order of orders) {
        if ((await target.get(`/v1/payments/orders/${order}`)).status === 429) struck.push(order);
      }
      await target.sandbox.removeFault();
      return struck.sort();
    };
    const orders = Array.from({ length: 40 }, (_none, index) => `order-${index}`);
    const struck = await draw(7, orders);
    expect(struck.length).toBeGreaterThan(8);
    expect(struck.length).toBeLessThan(32);
    expect(await draw(7, orders.toReversed())).toEqual(struck);
    expect(await draw(8, orders)).not.toEqual(struck);
  });
});
