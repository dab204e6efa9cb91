import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dltTopicOf, partitionKeyOf, serializeOrderEvent, topics } from '@koosco/payment-contracts';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, Partitioners, type Producer } from 'kafkajs';
import { type Connection, createConnection } from 'mariadb';
import { payctl } from '../test/payctl';
import { demoKafka } from './demo/broker';
import { orderPlacedEvent } from './demo/order-service';
import { type PaymentSystem, startPaymentSystem } from './system/payment-system';

const GOOD = 10_000;
const POISON = 1_000;
const TOPIC = topics['order.placed'];
const LETTERS = dltTopicOf(TOPIC);

let system: PaymentSystem;
let database: Connection;
let producer: Producer;

beforeAll(async () => {
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-dead-letters-')),
    removeAtEnd: true,
    onProgress: () => undefined,
  });
  database = await createConnection({ ...system.infrastructure.mariadb, allowPublicKeyRetrieval: true });
  const kafka = demoKafka(system.infrastructure.kafka.bootstrapServers);
  producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
  await producer.connect();
}, 120_000);

afterAll(async () => {
  await producer.disconnect();
  await database.end();
  await system.stop();
});

function placed(orderId: bigint, amount: bigint): Message {
  const event = orderPlacedEvent({ orderId, userId: 7n, amount });
  return { key: partitionKeyOf(event), value: serializeOrderEvent(event) };
}

interface Listed {
  readonly place: string;
  readonly reason: string;
  readonly orderId: string | null;
  readonly decision: { readonly action: string } | null;
}

async function listed(...args: string[]): Promise<readonly Listed[]> {
  const { code, stdout, stderr } = await payctl(system, ['dlt', 'list', '--json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Listed);
}

async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + 60_000; ;) {
    const seen = await look();
    if (holds(seen) || Date.now() > deadline) return seen;
    await sleep(300);
  }
}

const payments = async (): Promise<number> => {
  const [row] = await database.query<{ n: bigint }[]>('SELECT COUNT(*) AS n FROM payment');
  return Number(row?.n ?? 0);
};

/** As a version that could not read it has parked it. */
async function parkByHand(messages: readonly Message[], firstOffset: number): Promise<void> {
  await producer.send({
    topic: LETTERS,
    messages: messages.map(({ key, value }, index) => {
      const offset = String(firstOffset + index);
      const envelope = { version: 1, topic: TOPIC, partition: 0, offset, timestamp: '0', key, headers: [], value };
      const origin = { topic: TOPIC, partition: '0', offset, timestamp: '0' };
      const headers = Object.fromEntries(Object.entries(origin).map(([name, text]) => [`dlt-original-${name}`, text]));
      return { value: JSON.stringify(envelope), headers: { ...headers, 'dlt-reason': 'parked by hand' } };
    }),
  });
}

describe('payctl dlt', () => {
  it(`accounts for ${POISON} poison records among ${GOOD} good ones: none lost, none twice`, async () => {
    const poisons: readonly ((index: number) => Message)[] = [
      () => ({ key: 'poison', value: 'no JSON at all {' }),
      (index) => ({
        key: String(index),
        value: String(placed(BigInt(index), 5_000n).value).replace('"orderId"', '"order"'),
      }),
      () => ({ key: null, value: randomBytes(64) }),
      // The same order, over another amount.
      (index) => placed(BigInt(index), 9_999n),
    ];
    const all: Message[] = [];
    for (let index = 1; index <= GOOD; index++) {
      all.push(placed(BigInt(index), 5_000n));
      if (index % (GOOD / POISON) === 0) all.push(poisons[(index / (GOOD / POISON)) % poisons.length]!(index));
    }
    for (let from = 0; from < all.length; from += 1_000) {
      await producer.send({ topic: TOPIC, acks: -1, messages: all.slice(from, from + 1_000) });
    }
    expect(await until(payments, (count) => count >= GOOD)).toBe(GOOD);
    const letters = await until(
      () => listed(),
      (seen) => seen.length >= POISON,
    );
    expect(letters.length).toBe(POISON);
    expect(new Set(letters.map(({ place }) => place)).size).toBe(POISON);
    const share = POISON / poisons.length;
    for (const reason of ['JSON', 'UTF-8', 'orderId', 'payableAmount']) {
      expect({ reason, letters: (await listed('--reason', reason)).length }).toEqual({ reason, letters: share });
    }
    expect((await listed('--order', String((GOOD / POISON) * 3))).map(({ orderId }) => orderId)).toEqual([
      String((GOOD / POISON) * 3),
    ]);
  }, 180_000);

  it('shows a letter with all that is in it', async () => {
    const [letter] = await listed('--reason', 'orderId');
    const { code, stdout } = await payctl(system, ['dlt', 'show', letter!.place]);
    expect(code).toBe(0);
    for (const part of [
      letter!.place,
      'reason',
      'decided  nothing',
      'replay   it is still unreadable',
      '"payableAmount"',
    ]) {
      expect(stdout).toContain(part);
    }
  }, 30_000);

  it('does nothing until it is told why, and refuses what would only be parked again', async () => {
    const dry = await payctl(system, ['dlt', 'replay', '--all']);
    expect(dry.code).toBe(1);
    expect(dry.stdout.match(/^refuses /gm)).toHaveLength((POISON * 3) / 4);
    expect(dry.stdout.match(/^would replay /gm)).toHaveLength(POISON / 4);
    expect(dry.stderr).toMatch(/^Nothing was done. To replay these 250, say why/);
    expect((await listed()).length).toBe(POISON);
  }, 30_000);

  it('replays what can be read now, in the order of its key, and again without harm', async () => {
    const orders = [90_000_001n, 90_000_002n].map((orderId) => placed(orderId, 7_000n));
    const later = placed(90_000_001n, 7_000n);
    await parkByHand([orders[0]!, orders[1]!, { ...later, key: orders[0]!.key! }], 900_000_000);
    const places = [0, 1, 2].map((index) => `${TOPIC}[0]@${900_000_000 + index}`);
    const early = await payctl(system, ['dlt', 'replay', places[2]!, '--why', 'too early']);
    expect(early.code).toBe(1);
    expect(early.stdout).toContain(`${places[0]} of the same key comes first`);
    for (let round = 0; round < 2; round++) {
      const { code, stdout } = await payctl(system, [
        'dlt',
        'replay',
        ...places,
        '--why',
        'readable now',
        '--operator',
        'kim',
      ]);
      expect({ code, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, last: '3 replayed, 0 refused' });
    }
    expect(await until(payments, (count) => count >= GOOD + 2)).toBe(GOOD + 2);
    expect((await listed('--reason', 'parked by hand')).length).toBe(0);
    const decided = await listed('--reason', 'parked by hand', '--decided');
    expect(decided.map(({ decision }) => decision)).toEqual(
      Array(3).fill(expect.objectContaining({ action: 'replay', operator: 'kim', reason: 'readable now' })),
    );
    const kept = await database.query<unknown[]>("SELECT * FROM payment_operator_action WHERE action = 'replay'");
    expect(kept.length).toBe(6);
  }, 60_000);

  it('parks again what still conflicts, and counts it anew', async () => {
    const conflicts = (await listed()).filter(({ reason }) => reason.includes('payableAmount'));
    const [first] = conflicts;
    const { code } = await payctl(system, ['dlt', 'replay', first!.place, '--why', 'a try']);
    expect(code).toBe(0);
    const ofOrder = () => listed('--order', first!.orderId!, '--decided');
    const letters = await until(ofOrder, (seen) => seen.length >= 2);
    expect(letters.map(({ decision }) => decision?.action ?? null).sort()).toEqual([null, 'replay'].sort());
    expect(await payments()).toBe(GOOD + 2);
  }, 60_000);

  it('discards what nobody wants, which stays where it is', async () => {
    const before = await listed('--decided');
    const { code, stdout } = await payctl(system, ['dlt', 'discard', '--all', '--why', 'a drill']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`${POISON} discarded; their letters stay`));
    expect(await listed()).toEqual([]);
    expect((await listed('--decided')).length).toBe(before.length);
  }, 30_000);

  it.each([
    [['dlt'], 2, /^payctl: what of the dead letters\?/],
    [['dlt', 'purge'], 2, /^payctl: dlt cannot 'purge'/],
    [['dlt', 'replay'], 2, /^payctl: replay which\?/],
    [['dlt', 'discard', '--all', '--why', ' '], 2, /^payctl: --why wants a reason/],
    [['dlt', 'show'], 2, /^payctl: show what\?/],
    [['dlt', 'list', '--order', 'x'], 2, /^payctl: --order is an order id/],
    [['dlt', 'list', '--since', 'monday'], 2, /^payctl: --since is an instant/],
    [['dlt', 'show', 'nowhere[0]@1'], 3, /^payctl: there is no dead letter of nowhere\[0\]@1/],
  ])('%j is refused in a line', async (args, code, complaint) => {
    expect(await payctl(system, args)).toEqual({ code, stdout: '', stderr: expect.stringMatching(complaint) });
  });

  it.each([
    ['the database', { DB_PORT: '1' }, /^payctl: what was decided about them could not be read: ECONNREFUSED\n$/, true],
    ['Kafka', { SPRING_KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:1' }, /^payctl: the dead letters could not be read/, false],
  ])(
    'says so when %s is away, and lists what can be read',
    async (_what, env, complaint, isListed) => {
      const { code, stdout, stderr } = await payctl(system, ['dlt', 'list'], env);
      expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(complaint) });
      expect(/\d dead letters\n$/.test(stdout)).toBe(isListed);
    },
    60_000,
  );
});
