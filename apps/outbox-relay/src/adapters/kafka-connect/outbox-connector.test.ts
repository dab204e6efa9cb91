import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@koosco/payment-telemetry';
import { KafkaConnectClient } from '@koosco/outbox-connector';
import { FakeConnect } from '@koosco/outbox-connector/testing';
import { OutboxConnector } from './outbox-connector';
import { Standstill } from './standstill';

const configuration = { 'connector.class': 'x', 'tasks.max': '1', 'database.password': 'swordfish-0451' };
const restartFailed = 'POST /restart?includeTasks=true&onlyFailed=true';
const beginAnew = ['PUT /stop', 'DELETE /offsets', 'PUT /resume'];
/** As long as an event takes from its insertion to its commit. */
const TRANSACTION_MS = 5_000;

let connect: FakeConnect;
let nowMs: number;
/** When the newest canary that has come back was sent, and when the oldest row that is PENDING was inserted. */
let canaryAt: number | null;
let pendingAt: number | null;
let away: 'nothing' | 'Kafka Connect' | 'the database' | 'the broker';
let isReadBack: boolean;
/** How long it takes to find that out. */
let readingBackMs: number;
let mayBeginAnew: boolean;
let log: string;
let isAnothersTurn: boolean;
let observeOnly: boolean;
let outboxConnector: OutboxConnector;
beforeEach(async () => {
  connect = await FakeConnect.start();
  connect.state.configuration = { ...configuration };
  [nowMs, canaryAt, pendingAt, readingBackMs, log] = [0, 0, null, 0, ''];
  away = 'nothing';
  [isReadBack, mayBeginAnew, isAnothersTurn, observeOnly] = [true, true, false, false];
  const ageOf = (at: number | null) => (at === null ? null : nowMs - at);
  outboxConnector = new OutboxConnector({
    connect: new KafkaConnectClient({ url: connect.url, signal: new AbortController().signal }),
    name: 'c',
    configuration,
    get observeOnly() {
      return observeOnly;
    },
    database: {
      exclusively: async (_name, work) => (isAnothersTurn ? null : work()),
      outboxCanary: {
        pulse: () =>
          answerOf('the database', {
            canaryAgeMs: ageOf(canaryAt),
            canaryBackAt: canaryAt === null ? null : new Date(canaryAt),
            oldestPendingAgeMs: ageOf(pendingAt),
          }),
      },
      outboxRecovery: {
        sendAgain: (olderThanMs) => {
          connect.commands.push(`send again what is older than ${olderThanMs}`);
          return Promise.resolve({ lost: 2, behind: 1, fromId: 7n });
        },
        mayBeginAnew: () => Promise.resolve(mayBeginAnew),
        hasBegunAnew: () => Promise.resolve(void (mayBeginAnew = false)),
      },
    },
    isReadBack: () => {
      nowMs += readingBackMs;
      return answerOf('the broker', isReadBack);
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

const answerOf = <T>(who: typeof away, answer: T): Promise<T> =>
  away === who ? Promise.reject(new Error(`${who} does not answer`)) : Promise.resolve(answer);

/** One look, `seconds` after the one before. @returns what it led to and the commands that Connect got. */
async function look(seconds = 3) {
  nowMs += seconds * 1_000;
  const care = await outboxConnector.lookAfter();
  return { care, commands: connect.commands.splice(0) };
}

/** Nothing that went before counts. */
async function mustHaveAllItsPatience(): Promise<void> {
  expect((await look()).care).toBe('running');
  expect((await look(14)).care).toBe('running');
  expect((await look(1)).care).toBe('begun_anew');
}

describe('OutboxConnector', () => {
  it('registers a connector that is not there', async () => {
    connect.state.configuration = null;
    expect(await look()).toEqual({ care: 'configured', commands: ['PUT /config'] });
    expect(connect.state.configuration).toEqual(configuration);
    expect(await look()).toEqual({ care: 'starting', commands: [] });
    canaryAt = nowMs;
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

  it('lets a configuration stand that another relay puts again and again, longer each time', async () => {
    const puts: number[] = [];
    for (let looks = 0; looks < 300; looks++) {
      connect.state.configuration = { ...configuration, 'tasks.max': '2' };
      canaryAt = nowMs;
      const { care } = await look();
      if (care === 'configured') puts.push(nowMs / 1_000);
      else expect(care).toBe('running');
    }
    expect(puts).toEqual([3, 15, 36, 78, 159, 321, 621]);
  });

  it('registers one that is not there at once, whatever went before', async () => {
    for (let looks = 0; looks < 3; looks++) {
      connect.state.configuration = null;
      expect((await look()).care).toBe('configured');
    }
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
    it('lets it begin anew when no canary arrives, and leaves it alone where it just has', async () => {
      for (let looks = 0; looks < 5; looks++) expect((await look()).care).toBe('running');
      expect(await look()).toEqual({ care: 'begun_anew', commands: beginAnew });
      expect((await look()).care).toBe('starting');
      expect(await look(15)).toEqual({ care: 'stuck', commands: [] });
      mayBeginAnew = true;
      expect((await look()).care).toBe('begun_anew');
    });

    it('leaves it alone while canaries arrive, however old they are, as it catches up', async () => {
      for (let looks = 0; looks < 20; looks++) {
        canaryAt = -1_000_000 + looks;
        expect(await look()).toEqual({ care: 'running', commands: [] });
      }
    });

    it('sends again what stays PENDING although a canary has arrived that was committed later', async () => {
      [pendingAt, canaryAt] = [0, TRANSACTION_MS];
      expect((await look(9)).care).toBe('running');
      canaryAt = nowMs - 1_000;
      expect(await look(0)).toEqual({ care: 'sent_again', commands: ['send again what is older than 6000'] });
      expect(log).toContain('"lost":2,"behind":1,"fromId":"7"');
    });

    describe('since it was registered or has begun anew', () => {
      const begun: readonly (readonly [string, () => Promise<void>])[] = [
        [
          'was registered',
          async () => {
            connect.state.configuration = null;
            expect((await look()).care).toBe('configured');
          },
        ],
        [
          'has begun anew',
          async () => {
            await look(0);
            expect((await look(15)).care).toBe('begun_anew');
          },
        ],
        // By whoever registered it: this relay has not.
        ['is the first of all', () => Promise.resolve(void (canaryAt = null))],
      ];

      it.each(begun)('sends what was committed before the first canary, once: it %s', async (_how, begin) => {
        await begin();
        pendingAt = nowMs - 100;
        expect((await look(0.5)).care).toBe('starting');
        canaryAt = nowMs;
        expect(await look(0.5)).toEqual({ care: 'sent_again', commands: ['send again what is older than 500'] });
        expect(log).toContain('events had been committed before the connector began, and are sent again');
        pendingAt = nowMs - 100;
        canaryAt = nowMs;
        expect(await look(0.5)).toEqual({ care: 'running', commands: [] });
      });

      it.each(begun)('waits as ever for what was committed after the first canary: it %s', async (_how, begin) => {
        await begin();
        await look(0.5);
        pendingAt = nowMs + 1;
        canaryAt = nowMs;
        expect((await look(0.5)).care).toBe('running');
        canaryAt = nowMs;
        expect((await look(0.5)).care).toBe('running');
        canaryAt = pendingAt + TRANSACTION_MS + 1_000;
        nowMs = canaryAt;
        expect((await look(0)).care).toBe('sent_again');
        expect(log).toContain('events had not arrived although later ones had, and are sent again');
      });

      it('does not take for its first canary one that was committed before', async () => {
        canaryAt = nowMs + 2_900;
        connect.state.configuration = null;
        pendingAt = 0;
        expect((await look()).care).toBe('configured');
        expect((await look(0.5)).care).toBe('starting');
      });

      it('sends nothing before what has arrived is read back, and what is older than the canary then', async () => {
        connect.state.configuration = null;
        await look();
        [pendingAt, isReadBack] = [nowMs, false];
        canaryAt = nowMs + 300;
        expect((await look(0.5)).care).toBe('reader_behind');
        isReadBack = true;
        readingBackMs = 2_000;
        expect((await look(0.5)).commands).toEqual(['send again what is older than 2700']);
      });
    });

    it('does nothing to it while what has arrived is not read back', async () => {
      isReadBack = false;
      await look(0);
      expect(await look(20)).toEqual({ care: 'reader_behind', commands: [] });
      [pendingAt, canaryAt] = [0, nowMs - 1_000];
      expect(await look(0)).toEqual({ care: 'reader_behind', commands: [] });
    });

    it.each(['FAILED', 'PAUSED', 'UNASSIGNED'])('does not count the time in which a task was %s', async (state) => {
      expect((await look()).care).toBe('running');
      connect.state.tasks = [state];
      await look(12);
      connect.state.tasks = ['RUNNING'];
      await mustHaveAllItsPatience();
    });

    it.each(['Kafka Connect', 'the database', 'the broker'] as const)(
      'does not count the time in which %s was away',
      async (what) => {
        expect((await look()).care).toBe('running');
        away = what;
        if (away === 'Kafka Connect') connect.intruder = (_request, response) => void response.writeHead(500).end();
        await expect(look(14)).rejects.toThrow();
        // Whoever is away is asked again each time: else half of the patience would be over when it comes back.
        await expect(look(1)).rejects.toThrow();
        await expect(look(2)).rejects.toThrow();
        away = 'nothing';
        connect.intruder = undefined;
        await mustHaveAllItsPatience();
      },
    );

    it('does not count the time in which it waited for the broker, as its client does within a request', async () => {
      await look(0);
      readingBackMs = 3_100;
      expect((await look(16)).care).toBe('running');
      readingBackMs = 0;
      await mustHaveAllItsPatience();
    });

    it('does not count the time in which what had arrived was not read back', async () => {
      isReadBack = false;
      await look(0);
      expect((await look(14)).care).toBe('reader_behind');
      expect((await look(2)).care).toBe('reader_behind');
      isReadBack = true;
      await mustHaveAllItsPatience();
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
    mayBeginAnew = true;
    expect(await look()).toEqual({ care: 'begun_anew', commands: beginAnew });
  });

  it.each(['FAILED', 'PAUSED'])('leaves a task that is %s to another relay that is at it', async (state) => {
    connect.state.tasks = [state];
    isAnothersTurn = true;
    expect(await look()).toEqual({ care: 'left', commands: [] });
  });

  describe('when an operator owns the connector', () => {
    beforeEach(() => {
      observeOnly = true;
    });

    it.each([
      ['is not there', { configuration: null }],
      ['is configured otherwise', { configuration: { ...configuration, 'tasks.max': '2' } }],
      ['has failed', { connector: 'FAILED' }],
      ['has lost its place', { tasks: ['FAILED'], trace: 'Error code: 1236' }],
      ['is paused', { connector: 'PAUSED' }],
      ['is stopped', { connector: 'STOPPED', tasks: [] }],
    ])('leaves to it one that %s', async (_how, state) => {
      Object.assign(connect.state, state);
      expect(await look()).toEqual({ care: 'left', commands: [] });
    });

    it('leaves to it one through which no canary comes', async () => {
      await look(0);
      expect(await look(20)).toEqual({ care: 'left', commands: [] });
    });

    it('sends again what was missed: the rows are ours', async () => {
      [pendingAt, canaryAt, nowMs] = [0, 10_000, 11_000];
      expect(await look(0)).toMatchObject({ care: 'sent_again' });
    });
  });

  it('lets what Connect does not answer rise', async () => {
    connect.intruder = (_request, response) => void response.writeHead(500).end();
    await expect(look()).rejects.toThrow(/Kafka Connect/);
  });
});
