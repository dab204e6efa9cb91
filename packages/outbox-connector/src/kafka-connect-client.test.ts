import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { FakeConnect } from './testing/fake-connect';
import { KafkaConnectClient } from './kafka-connect-client';
import { KafkaConnectFailure } from './kafka-connect-failure';

const password = 'swordfish-0451';
const configuration = { 'connector.class': 'x', 'database.password': password };

let connect: FakeConnect;
let client: KafkaConnectClient;
beforeEach(async () => {
  connect = await FakeConnect.start();
  client = clientOf({});
});
afterEach(() => connect.stop());

function clientOf({ url = connect.url, signal = new AbortController().signal, deadlineMs = 5_000 }) {
  return new KafkaConnectClient({ url, signal, deadlineMs });
}

async function failureOf(act: Promise<unknown>): Promise<KafkaConnectFailure> {
  const error = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KafkaConnectFailure);
  return error as KafkaConnectFailure;
}

describe('KafkaConnectClient', () => {
  it('takes 404 for the absence of a connector', async () => {
    expect(await client.configuration('c')).toBeNull();
    expect(await client.status('c')).toEqual({ connector: 'ABSENT', tasks: [], traces: [] });
  });

  it('reads what it has written, and the states of connector and tasks', async () => {
    await client.putConfiguration('a/b c', configuration);
    expect(await client.configuration('a/b c')).toEqual({ ...configuration, name: 'a%2Fb%20c' });
    connect.state.tasks = ['FAILED', 'RUNNING'];
    expect(await client.status('a/b c')).toEqual({ connector: 'RUNNING', tasks: ['FAILED', 'RUNNING'], traces: [] });
  });

  it('restarts what has failed with its tasks, and lets it begin anew once it is stopped', async () => {
    await client.putConfiguration('c', configuration);
    await client.restartFailed('c');
    expect((await failureOf(client.deleteOffsets('c'))).httpStatus).toBe(400);
    await client.stop('c');
    await client.deleteOffsets('c');
    await client.resume('c');
    expect(connect.commands.slice(1)).toEqual([
      'POST /restart?includeTasks=true&onlyFailed=true',
      'DELETE /offsets',
      'PUT /stop',
      'DELETE /offsets',
      'PUT /resume',
    ]);
  });

  it('does not take a missing connector for a restarted one', async () => {
    expect((await failureOf(client.restartFailed('c'))).httpStatus).toBe(404);
  });

  it.each([
    [409, { error_code: 409, message: 'Cannot complete request due to a rebalance' }, /rebalance/],
    [500, { error_code: 500, message: 'IO Error' }, /IO Error/],
    [502, '<html>Bad gateway</html>', /ERR_BAD_RESPONSE/],
    [302, '', /ERR_BAD_RE/],
  ])('tells of a %i with its status and what Connect said', async (status, answer, reason) => {
    connect.intruder = (_request, response) => {
      response
        .writeHead(status, { location: connect.url })
        .end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    };
    for (const act of [client.configuration('c'), client.status('c'), client.restartFailed('c')]) {
      const failure = await failureOf(act);
      expect(failure.httpStatus).toBe(status);
      expect(failure.message).toMatch(reason);
    }
  });

  it('shows the password in no error, even when Connect repeats it', async () => {
    connect.intruder = (_request, response, body) => {
      response.writeHead(400).end(JSON.stringify({ message: `invalid: ${body}` }));
    };
    const refused = await failureOf(client.putConfiguration('c', configuration));
    expect(refused.message).toContain('connector.class');
    connect.intruder = (_request, response) => response.destroy();
    const broken = await failureOf(client.putConfiguration('c', configuration));
    for (const error of [refused, broken]) {
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(password);
    }
  });

  it.each([
    ['nothing', () => undefined],
    [
      'a byte now and then',
      (response: { write: (text: string) => void; on: (event: 'close', listener: () => void) => void }) => {
        const drip = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('gives up at its deadline when Connect sends %s', async (_what, send) => {
    connect.intruder = (_request, response) => send(response);
    const failure = await failureOf(clientOf({ deadlineMs: 100 }).configuration('c'));
    expect(failure).toMatchObject({ httpStatus: null });
    expect(failure.message).toMatch(/no answer within 100 ms/);
  });

  it('gives up at once when the worker stops', async () => {
    const stop = new AbortController();
    connect.intruder = () => stop.abort();
    const failure = await failureOf(clientOf({ signal: stop.signal, deadlineMs: 1_000_000 }).configuration('c'));
    expect(failure.httpStatus).toBeNull();
  });

  it('tells of a Connect that is not there', async () => {
    await connect.stop();
    const failure = await failureOf(client.configuration('c'));
    expect(failure).toMatchObject({ httpStatus: null });
    expect(failure.message).toMatch(/ECONNREFUSED/);
    connect = await FakeConnect.start();
  });
});
