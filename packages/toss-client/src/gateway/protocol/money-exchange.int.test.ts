import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type ApprovalRequest, type Clock } from '@koosco/payment-application';
import { Money, OrderId, PgOrderId } from '@koosco/payment-domain';
import { afterEach, describe, expect, it } from '@jest/globals';

import { TossClient } from '../../client/toss-client';
import { tossClientConfig, type TossClientSettings } from '../../client/toss-client-config';
import { realClock, soleOwner } from '../../testing/sandbox-world';
import { answerJson, type ScriptedServer, startScriptedServer } from '../../testing/scripted-server';
import { tossPaymentJson } from '../../testing/toss-payment-json';
import { secondKeyOf } from './second-key';
import { TossPaymentGateway } from '../charge/toss-payment-gateway';

const request: ApprovalRequest = {
  paymentKey: 'tgen_20250626194853NtWm4',
  pgOrderId: PgOrderId.of(OrderId.of(42n)),
  amount: Money.krw(1000n),
  idempotencyKey: 'attempt-1',
};

/** Time passes only while somebody sleeps. */
class SteppingClock implements Clock {
  readonly slept: number[] = [];
  #now = 0;
  now(): Date {
    return new Date(this.#now);
  }
  elapsedMs(): number {
    return this.#now;
  }
  sleep(durationMs: number): Promise<void> {
    this.slept.push(durationMs);
    this.#now += durationMs;
    return Promise.resolve();
  }
}

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

async function serve(
  answers: ((request: IncomingMessage, response: ServerResponse) => void)[],
  settings: Partial<TossClientSettings> = {},
): Promise<{ server: ScriptedServer; client: TossClient }> {
  let served = 0;
  const server = await startScriptedServer((message, response) => {
    const answer = answers[Math.min(served, answers.length - 1)];
    served += 1;
    answer?.(message, response);
  });
  const secretKey = 'test_gsk_new_000000000000000000000000';
  const base = { environment: 'development', secretKey, baseUrl: server.url } as const;
  const client = new TossClient(tossClientConfig({ ...base, ...settings }));
  toClose.push(
    () => server.close(),
    () => client.close(),
  );
  return { server, client };
}

const done = (_: IncomingMessage, response: ServerResponse) => answerJson(response, 200, tossPaymentJson());
const open = (_: IncomingMessage, response: ServerResponse) =>
  answerJson(response, 200, tossPaymentJson({ status: 'IN_PROGRESS', approvedAt: null }));
const silent = (_: IncomingMessage, response: ServerResponse) => response.destroy();
const error = (httpStatus: number, code: string) => (_: IncomingMessage, response: ServerResponse) =>
  answerJson(response, httpStatus, { code, message: 'm' });

describe('a money exchange over HTTP', () => {
  it('uses the request’s key, then the one that follows from it, and waits as the protocol says', async () => {
    const { server, client } = await serve([error(400, 'PROVIDER_ERROR'), open, open, silent, open, done]);
    const clock = new SteppingClock();
    const gateway = new TossPaymentGateway(client, clock, { random: () => 0.5 });
    expect(await gateway.approve(request, soleOwner())).toMatchObject({ kind: 'approved' });
    expect(server.requests.map(({ method, headers }) => [method, headers['idempotency-key']])).toEqual([
      ['POST', 'attempt-1'],
      ['GET', undefined],
      ['GET', undefined],
      ['POST', secondKeyOf('attempt-1')],
      ['GET', undefined],
      ['POST', 'attempt-1.2'],
    ]);
    expect(clock.slept).toEqual([5_100, 100]);
  });

  it('keeps to the secret key that Toss may have seen, though the other one comes to life in between', async () => {
    const { server, client } = await serve([error(401, 'UNAUTHORIZED_KEY'), silent, open, done], {
      previousSecretKey: 'test_gsk_old_000000000000000000000000',
    });
    const gateway = new TossPaymentGateway(client, new SteppingClock());
    expect(await gateway.approve(request, soleOwner())).toMatchObject({ kind: 'approved' });
    const confirms = server.requests.filter(({ method }) => method === 'POST');
    const keys = confirms.map(({ headers }) => Buffer.from(headers.authorization?.slice(6) ?? '', 'base64'));
    expect(keys.map((key) => key.toString().slice(9, 12))).toEqual(['new', 'old', 'old']);
  });

  it('tells operators what it saw when it has to say unknown, and no keys', async () => {
    const { client } = await serve([error(500, 'FAILED_INTERNAL_SYSTEM_PROCESSING'), error(401, 'UNAUTHORIZED_KEY')]);
    const gateway = new TossPaymentGateway(client, new SteppingClock());
    expect(await gateway.approve(request, soleOwner())).toEqual({
      kind: 'unknown',
      pgCode: 'FAILED_INTERNAL_SYSTEM_PROCESSING',
      reason:
        'confirm 500 FAILED_INTERNAL_SYSTEM_PROCESSING; ' +
        'look-up 401 UNAUTHORIZED_KEY; look-up 401 UNAUTHORIZED_KEY; look-up 401 UNAUTHORIZED_KEY',
    });
  });

  it('cannot be made to hold more sockets than configured by a Toss that never answers', async () => {
    const sockets = new Set<Socket>();
    const settings = { concurrentCallsMax: 3, waitingCallsMax: 5, totalDeadlineMs: 50, breakerFailures: 6 };
    const { client } = await serve([({ socket }) => sockets.add(socket)], settings);
    const rules = { retryDelayMs: 1, retryDelayMsMax: 1, settleMs: 1 };
    const gateway = new TossPaymentGateway(client, realClock, { rules });
    const outcomes = await Promise.all(Array.from({ length: 300 }, () => gateway.approve(request, soleOwner())));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['unknown', 'not-charged']));
    // Each timed-out call costs its socket; the breaker stops both lanes after six failures, the calls then under way and
    // a trial now and then.
    expect(sockets.size).toBeLessThanOrEqual(2 * (6 + 3 + 5));
  });
});
