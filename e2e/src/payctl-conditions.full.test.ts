import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topics } from '@koosco/payment-contracts';
import { documentedMerchant } from '@koosco/toss-sandbox';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners } from 'kafkajs';
import { createConnection } from 'mariadb';
import { lasting, payctl, type PayctlResult } from '../test/payctl';
import { demoKafka } from './demo/broker';
import { Buyer } from './demo/buyer';
import { OrderService } from './demo/order-service';
import { userToken } from './demo/user-token';
import { type PaymentSystem, startPaymentSystem } from './system/payment-system';

const PAGE = join(__dirname, '..', '..', 'docs', 'operations', 'payctl.md');
const ORDER = 71_001n;
const UNPAID = 71_002n;
const UNREADABLE = 71_003n;
/** Nobody listens on port 2, which fetch does not refuse by itself, as it does port 1. */
const AWAY = '127.0.0.1:2';

let system: PaymentSystem;
let paymentKey: string;

beforeAll(async () => {
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-conditions-')),
    removeAtEnd: true,
    onProgress: () => undefined,
  });
  const { mariadb, kafka } = system.infrastructure;
  const books = await createConnection({ ...mariadb, ...mariadb.root, allowPublicKeyRetrieval: true });
  await books.query("CREATE USER 'reader'@'%' IDENTIFIED BY 'reader-secret'");
  await books.query(`GRANT SELECT ON ${books.escapeId(mariadb.database)}.* TO 'reader'@'%'`);
  await books.query("CREATE USER 'nobody'@'%' IDENTIFIED BY 'nobody-secret'");
  await books.query(`GRANT SELECT ON ${books.escapeId(mariadb.database)}.payment TO 'nobody'@'%'`);
  await books.end();
  const shopping = { userId: 7n, amount: 15_000n, story: 'pays' } as const;
  const plain = { sendsEventTwice: false, hasSecondEvent: false, confirmsTwice: false };
  const paid = { ...shopping, ...plain, orderId: ORDER };
  const { signal } = new AbortController();
  await new OrderService(kafka.bootstrapServers, signal).place([paid, { ...paid, orderId: UNPAID }]);
  const buyer = new Buyer(system.apiUrl, system.sandboxUrl, signal);
  const token = await userToken(shopping.userId);
  paymentKey = await buyer.authenticate(paid, await buyer.checkout(paid, token));
  await buyer.confirmOnce(paid, token, paymentKey);
  await buyer.checkout({ ...paid, orderId: UNPAID }, token);
  const producer = demoKafka(kafka.bootstrapServers).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  // Parked, so that no payment comes of it.
  await producer.send({ topic: topics['order.placed'], messages: [{ key: String(UNREADABLE), value: 'no JSON' }] });
  await producer.disconnect();
  const isQuiet = async () => {
    const [explained, letters] = await Promise.all([
      payctl(system, ['explain', String(ORDER)]),
      payctl(system, ['dlt', 'list']),
    ]);
    return (
      explained.code === 0 &&
      explained.stdout.endsWith('nothing to do\n') &&
      letters.stdout.endsWith('\n1 dead letter\n')
    );
  };
  for (const deadline = Date.now() + 45_000; !(await isQuiet());) {
    if (Date.now() > deadline) throw new Error('the order is not delivered, or the poison not parked');
    await sleep(200);
  }
}, 180_000);

afterAll(() => system.stop());

const noDatabase = { DB_PORT: '2' };
const noToss = { TOSS_BASE_URL: `http://${AWAY}` };
const noKafka = { SPRING_KAFKA_BOOTSTRAP_SERVERS: AWAY };
const noProcesses = { PAYCTL_WORKERS: `http://${AWAY}`, KAFKA_CONNECT_URL: `http://${AWAY}` };

const conditions: Readonly<Record<string, object>> = {
  'all is up': {},
  'only the database': { ...noToss, ...noKafka, ...noProcesses },
  'only Toss': { ...noDatabase, ...noKafka, ...noProcesses },
  'only Kafka': { ...noDatabase, ...noToss, ...noProcesses },
  nothing: { ...noDatabase, ...noToss, ...noKafka, ...noProcesses },
  'may only SELECT': { DB_USERNAME: 'reader', DB_PASSWORD: 'reader-secret' },
  'may read one table': { DB_USERNAME: 'nobody', DB_PASSWORD: 'nobody-secret' },
  'a wrong password': { DB_USERNAME: 'reader', DB_PASSWORD: 'wrong-secret' },
  'a wrong database': { DB_NAME: 'elsewhere' },
};

const commands = (): readonly (readonly string[])[] => [
  ['explain', String(ORDER)],
  ['explain', String(ORDER), '--topics'],
  ['explain', paymentKey],
  ['resolve', String(ORDER)],
  ['audit', '--from', '1h', '--to', '0s'],
  ['audit', '--from', '1h', '--to', '0s', '--without-topics'],
  ['dlt', 'list'],
  ['dlt', 'replay', '--all'],
  ['dlt', 'discard', '--all', '--why', 'a drill'],
  ['outbox', 'status'],
  ['outbox', 'repair', '--from', '1h'],
  ['connector', 'plan'],
  ['connector', 'status'],
  ['health'],
];

const wrongInput = (): readonly (readonly string[])[] => [
  [],
  ['explian'],
  ['explain'],
  ['explain', '0'],
  ['explain', '99999999999999999999'],
  ['explain', '../../v1/payments'],
  ['explain', '1', '2'],
  ['explain', '1', paymentKey],
  [paymentKey],
  ['audit', paymentKey],
  ['dlt', paymentKey],
  ['explain', '1', '--verbose'],
  ['explain', '71999'],
  ['explain', '71999', '--topics'],
  ['explain', String(UNREADABLE), '--topics'],
  ['explain', '00000000-0000-7000-8000-000000000000'],
  ['explain', 'tgen_20260115090000AbCd4'],
  ['resolve'],
  ['resolve', paymentKey],
  ['resolve', '71999'],
  ['resolve', String(UNPAID)],
  ['resolve', String(ORDER), '--why', ''],
  ['audit', '--from', 'yesterday'],
  ['audit', '--from', '1h', '--to', '2h'],
  ['audit', '1001'],
  ['dlt'],
  ['dlt', 'purge'],
  ['dlt', 'replay'],
  ['dlt', 'list', '--order', 'x'],
  ['dlt', 'show', 'nowhere[0]@1'],
  ['outbox'],
  ['outbox', 'purge'],
  ['outbox', 'mode', 'kafka'],
  ['outbox', 'mode', 'polling', '--why', ''],
  ['outbox', 'repair', '--set-aside', '0'],
  ['connector'],
  ['connector', 'remove'],
  ['connector', 'restart', '--why', ''],
  ['health', 'now'],
];

const wrongConfiguration: readonly object[] = [
  { DB_PORT: 'mariadb' },
  { NODE_ENV: 'production', TOSS_SECRET_KEY: '' },
  { SPRING_KAFKA_BOOTSTRAP_SERVERS: 'kafka' },
  { KAFKA_CONNECT_URL: 'connect:8083' },
];

/** What stands out of an answer: marked lines, the last one, and what was complained of. */
function gist({ code, stdout, stderr }: PayctlResult): string {
  const lines = lasting(stdout)
    .split('\n')
    .filter(
      (line, index, all) =>
        /^([✗?]|\w+ alone says|Kafka did not)/.test(line) || (index === all.length - 1 && !/^ /.test(line)),
    );
  const complaints = lasting(stderr).split('\n\n')[0]!.split('\n');
  const words = [...lines, ...complaints].filter((line) => line !== '').map(withoutNumbers);
  const [first = 'nothing stands out', ...rest] = words;
  return [`${code}  ${first}`, ...rest.map((line) => `   ${line}`)].join('\n');
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}

function withoutNumbers(line: string): string {
  return line
    .replaceAll(/\b[\d.]+ s old\b/g, 'n s old')
    .replaceAll(/\b(\d+) (records|payments|events|rows|ms|s)\b/g, 'n $2')
    .replaceAll(/http:\/\/[\d.]+:\d+/g, (url) => (url.endsWith(':2') ? 'http://away' : 'http://…'))
    .replaceAll(/127\.0\.0\.1:\d+/g, (place) => (place === AWAY ? 'away' : 'there'))
    .replaceAll(/'(\w+)'@'[^']*'/g, "'$1'@'…'")
    .replaceAll(/\b\d+ of \d+ came back/g, 'n of n came back')
    .replaceAll(/ +/g, ' ');
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all([worker(), worker(), worker()]);
  return results;
}

function expectPage(title: string, content: string): void {
  const block = new RegExp(`(<!-- ${title} -->\\n+\`\`\`\\w+\\n)(.*?)\\n?(\`\`\`)`, 's');
  const page = readFileSync(PAGE, 'utf8');
  if (process.env['WRITE_DOCS'] === '1') {
    writeFileSync(
      PAGE,
      page.replace(block, (_all, before: string, _old, after: string) => `${before}${content}\n${after}`),
    );
  }
  expect(content).toBe(block.exec(readFileSync(PAGE, 'utf8'))?.[2]);
}

/** Neither in part of a line nor in the whole output may stand what opens something. */
function expectNoSecret({ stdout, stderr }: PayctlResult): void {
  const { user, password } = system.infrastructure.mariadb;
  const secrets = [documentedMerchant.keys[0]!.secretKey, paymentKey, 'reader-secret', 'nobody-secret', 'wrong-secret'];
  for (const secret of [...secrets, ...(password === user ? [] : [password])]) {
    expect(`${stdout}${stderr}`).not.toContain(secret);
  }
}

const shownOf = (args: readonly string[]) => args.map((arg) => (arg === paymentKey ? '<payment key>' : arg)).join(' ');

describe('payctl, tried by somebody new', () => {
  it('says what is away or missing, and what could be read all the same, as docs/operations/payctl.md shows it', async () => {
    const table: string[] = [];
    for (const args of commands()) {
      const names = Object.keys(conditions);
      const seen = await inTurns(names, (name) => payctl(system, args, conditions[name]));
      seen.forEach(expectNoSecret);
      const gists = seen.map(gist);
      table.push(`payctl ${shownOf(args)}`);
      for (const said of new Set(gists)) {
        table.push(`  ${names.filter((_name, index) => gists[index] === said).join('; ')}`, indented(said));
      }
    }
    expectPage('half of it is down', table.join('\n'));
  }, 400_000);

  it('says what is wrong with what was typed, or that there is no such thing', async () => {
    const inputs = wrongInput();
    const seen = await inTurns(inputs, (args) => payctl(system, args));
    seen.forEach(expectNoSecret);
    const lines = seen.flatMap((result, index) => [
      `payctl ${shownOf(inputs[index]!)}`.trimEnd(),
      indented(gist(result)),
    ]);
    const configured = await inTurns(wrongConfiguration, (env) => payctl(system, ['explain', '1'], env));
    const settings = configured.flatMap((result, index) => [
      `${Object.entries(wrongConfiguration[index]!)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')} payctl explain 1`,
      indented(gist(result)),
    ]);
    expectPage('wrong input', [...lines, ...settings].join('\n'));
  }, 120_000);
});
