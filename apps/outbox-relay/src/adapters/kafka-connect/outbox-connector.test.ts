import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@koosco/payment-telemetry';
import { FakeConnect } from '../../../test/fake-connect';
import { KafkaConnectClient } from './kafka-connect-client';
import { OutboxConnector } from './outbox-connector';
import { Standstill } from './standstill';

const configuration = { 'connector.class': 'x', 'tasks.max': '1', 'database.password': 'swordfish-0451' };
const restartFailed = 'POST /restart?includeTasks=true&onlyFailed=true';
/** What is sent again is PENDING before the position goes: a relay may die at any of these steps. */
const beginAnew = ['PUT /stop', 'reopen', 'DELETE /offsets', 'PUT /resume'];

let connect: FakeConnect;
let oldestCreatedAt: Date | null;
let nowMs: number;
let log: string;
let isAnothersTurn: boolean;
let outboxConnector: OutboxConnector;
beforeEach(async () => {
  connect = await FakeConnect.start();
  connect.state.configuration = { ...configuration };
  [oldestCreatedAt, nowMs, log, isAnothersTurn] = [null, 0, '', false];
  outboxConnector = new OutboxConnector({
    connect: new KafkaConnectClient({ url: connect.url, signal: new AbortController().signal }),
    name: 'c',
    configuration,
    database: {
      exclusively: async (_name, work) => (isAnothersTurn ? null : work()),
      outbox: {
        pendingStatistics: () => Promise.resolve({ count: 1, oldestCreatedAt }),
        reopenBehindPending: () => Promise.resolve(connect.commands.push('reopen')),
      },
    },
    standstill: new Standstill(15_000),
    clock: { now: () => new Date(nowMs), sleep: () => Promise.resolve() },
    logger: createLogger({
      service: 'test',
      level: 'debug',
      destination: { write: (line: string) => void (log += line) },
    }),
  });
});
afterEach(() => connect.stop());

/** One look, `seconds` after the one before. @returns what it led to and the commands that Connect got. */
async function look(seconds = 3) {
  nowMs += seconds * 1_000;
  const care = await outboxConnector.lookAfter();
  return { care, commands: connect.commands.splice(0) };
}

describe('OutboxConnector', () => {
  it('registers a connector that is not there', async () => {
    connect.state.configuration = null;
    expect(await look()).toEqual({ care: 'configured', commands: ['PUT /config'] });
    expect(connect.state.configuration).toEqual(configuration);
    expect(await look()).toEqual({ care: 'running', commands: [] });
    expect(log).toContain('connector registered');
    expect(log).not.toContain('swordfish');
  });

  it.each([
    ['differs in a value', { ...configuration, 'tasks.max': '2' }],
    ['lacks a property', { 'connector.class': 'x', 'tasks.max': '1' }],
    ['has a property too many', { ...configuration, 'snapshot.mode': 'never' }],
  ])('puts its configuration again where that %s', async (_how, found) => {
    connect.state.configuration = { ...found };
    expect(await look()).toEqual({ care: 'configured', commands: ['PUT /config'] });
    expect(connect.state.configuration).toEqual(configuration);
  });

  it.each([
    ['RUNNING', ['RUNNING'], 'running', []],
    ['RUNNING', ['FAILED'], 'restarted', [restartFailed]],
    ['FAILED', [], 'restarted', [restartFailed]],
    ['FAILED', ['RUNNING'], 'restarted', [restartFailed]],
    ['PAUSED', ['FAILED'], 'restarted', [restartFailed]],
    ['PAUSED', ['PAUSED'], 'resumed', ['PUT /resume']],
    ['RUNNING', ['PAUSED'], 'resumed', ['PUT /resume']],
    ['STOPPED', [], 'resumed', ['PUT /resume']],
    ['RUNNING', [], 'starting', []],
    ['RUNNING', ['UNASSIGNED'], 'starting', []],
    ['UNASSIGNED', ['RUNNING'], 'starting', []],
    ['RESTARTING', ['RESTARTING'], 'starting', []],
  ])('finds a connector %s with tasks %j: %s', async (connector, tasks, care, commands) => {
    Object.assign(connect.state, { connector, tasks });
    expect(await look()).toEqual({ care, commands });
  });

  describe('when everything says RUNNING', () => {
    it('lets it begin anew with what is PENDING when the same row stays the oldest pending', async () => {
      oldestCreatedAt = new Date(0);
      for (let looks = 0; looks < 5; looks++) expect((await look()).care).toBe('running');
      expect(await look()).toEqual({ care: 'begun_anew', commands: beginAnew });
      expect((await look()).care).toBe('running');
    });

    it('leaves it alone while rows come and go', async () => {
      for (let second = 0; second < 20; second++) {
        oldestCreatedAt = new Date(second * 1_000);
        expect((await look()).care).toBe('running');
      }
    });

    it.each(['FAILED', 'PAUSED', 'UNASSIGNED'])('does not count the time in which a task was %s', async (state) => {
      oldestCreatedAt = new Date(0);
      expect((await look()).care).toBe('running');
      connect.state.tasks = [state];
      await look(12);
      connect.state.tasks = ['RUNNING'];
      expect((await look()).care).toBe('running');
      expect((await look(14)).care).toBe('running');
      expect((await look(1)).care).toBe('begun_anew');
    });
  });

  it.each([
    [
      'Caused by: ServerException: Could not find first log file name in binary log index file. Error code: 1236',
      'binary_log_gone',
    ],
    [
      'io.debezium.DebeziumException: The db history topic is missing. You may attempt to recover it',
      'schema_history_gone',
    ],
  ])('lets it begin anew when it has failed of %s', async (trace, reason) => {
    Object.assign(connect.state, { tasks: ['FAILED'], trace });
    expect(await look()).toEqual({ care: 'begun_anew', commands: beginAnew });
    expect(log).toContain(reason);
    // In vain: it is left to the ordinary restarts for a while.
    Object.assign(connect.state, { tasks: ['FAILED'], trace });
    expect(await look()).toEqual({ care: 'restarted', commands: [restartFailed] });
    expect(await look(30)).toEqual({ care: 'begun_anew', commands: beginAnew });
  });

  it.each(['FAILED', 'PAUSED'])('leaves a task that is %s to another relay that is at it', async (state) => {
    connect.state.tasks = [state];
    isAnothersTurn = true;
    expect(await look()).toEqual({ care: 'left', commands: [] });
  });

  it('lets what Connect does not answer rise', async () => {
    connect.intruder = (_request, response) => void response.writeHead(500).end();
    await expect(look()).rejects.toThrow(/Kafka Connect/);
  });
});
