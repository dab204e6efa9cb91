import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SandboxControl } from '@koosco/toss-sandbox';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rows, Timing, DRILL_FACTOR } from '@koosco/payment-observability';
import { metricsCatalogue } from '../test/metrics-catalogue';
import { describeInABrowser } from '../test/browser/in-a-browser';
import { describeFollowedOrders } from '../test/followed-orders';
import { payctl } from '../test/payctl';
import { pretendStart } from '../test/pretend-start';
import { shellsHere } from '../test/shells-here';
import { WatchingPrometheus } from '../test/watching-prometheus';
import { recipe } from './cli/recipe';
import { planOrders } from './demo/order-plan';
import { runDemo } from './demo/run-demo';
import { userToken } from './demo/user-token';
import { followGuide } from './integration-guide';
import { type PaymentSystem, startPaymentSystem } from './system/payment-system';

const METRICS = join(__dirname, '..', '..', 'docs', 'operations', 'metrics.md');
const ORDERS = 60;
/** The four views of the specification, in which orders leave a mark; others may show 0 all day. */
const MOVED = [
  'Approved of those created',
  'Created and approved',
  'From commit to Kafka',
  'Published',
  'Duplicates prevented',
  'Consumed',
];
const WORKERS = ['confirm-api', 'order-consumer', 'outbox-relay'] as const;

/** Decides which worker is killed and when; `E2E_SEED=…` replays it. */
const seed = Number(process.env['E2E_SEED'] ?? Math.floor(Math.random() * 2 ** 16));
const victim = WORKERS[seed % WORKERS.length]!;
/** Killed when this many buyers have their answer, as the progress says it: after a fifth, two fifths … of them. */
const killAfter = ((Math.floor(seed / WORKERS.length) % 4) + 1) * (ORDERS / 5);

/** Whoever pays by the guide and by the recipe. */
const userId = 7n;

let system: PaymentSystem;
let prometheus: WatchingPrometheus;
beforeAll(async () => {
  console.log(`E2E_SEED=${seed}: ${victim} is killed when ${killAfter} of ${ORDERS} buyers have their answer`);
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-e2e-')),
    removeAtEnd: true,
    // A call that hangs is not to last as long as in production.
    workerEnv: { TOSS_TOTAL_DEADLINE_MS: '2000', PAYMENT_EXPIRES_AFTER: '1h' },
    onProgress: () => undefined,
  });
  prometheus = await WatchingPrometheus.start(system, new Timing(DRILL_FACTOR));
}, 120_000);
afterAll(async () => {
  await prometheus.stop();
  await system.stop();
});

describe('the whole system', () => {
  it('makes four records agree on every order although a worker is killed while buyers pay', async () => {
    const { pid } = system.processes.find(({ name }) => name === victim)!;
    let kills = 0;
    const report = await runDemo(system, {
      orders: ORDERS,
      signal: new AbortController().signal,
      onProgress: (line) => {
        if (kills > 0 || !line.startsWith(`${killAfter} of`)) return;
        process.kill(pid!, 'SIGKILL');
        kills += 1;
      },
    });
    expect(report.disagreements).toEqual([]);
    // What else is told depends on when an order was cancelled.
    expect(report).toMatchObject({ orders: ORDERS, events: { 'payment.created': ORDERS } });
    expect(kills).toBe(1);
    const endings = planOrders(ORDERS).filter(({ story }) => story === 'pays');
    const count = (kind: string) => endings.filter(({ ending }) => ending?.kind === kind).length;
    expect(report.tried).toMatchObject({
      cancels: { orders: count('cancels'), refunded: count('cancels') },
      returns: { orders: count('returns'), refunded: count('returns') },
      cancelledOrders: { orders: 6, chargedKrw: 0 },
      duplicateEvents: { orders: 8, payments: 8 },
      secondEvents: { orders: 5, payments: 5 },
      repeatedConfirms: { orders: 19, sameAnswer: 19 },
      wrongAmounts: { orders: 3, charges: 0 },
      declinedCards: { orders: 6, charges: 0 },
      nothingToPay: { orders: 2, approved: 2, charges: 0 },
      idsAbove2To53: { orders: 6, payments: 6 },
      restarts: { [victim]: 1 },
    });
    expect(system.processes.find(({ name }) => name === victim)?.pid).not.toBe(pid);
  }, 240_000);

  it('has books in which payctl audit finds every won explained', async () => {
    await new SandboxControl(system.sandboxUrl).setSwitches({ transactionsVisible: 'at-once' });
    const { code, stdout, stderr } = await payctl(system, ['audit', '--from', '1h', '--to', '0s']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^from \\S+ to \\S+: ${ORDERS} payments, .* records on Kafka\\n`));
    expect(stdout).toMatch(/\n0 KRW unexplained\n$/);
  }, 60_000);

  // After the audit, which is to find books that nobody has changed.
  describeFollowedOrders(() => system);

  it('has the metrics that docs/operations/metrics.md describes, those that the specification names among them', async () => {
    const { apiUrl, consumerOpsUrl, relayOpsUrl } = system;
    const catalogue = await metricsCatalogue({
      'confirm-api': apiUrl,
      'order-consumer': consumerOpsUrl,
      'outbox-relay': relayOpsUrl,
    });
    const mark = '<!-- metrics -->\n';
    const [introduction] = readFileSync(METRICS, 'utf8').split(mark);
    const document = `${introduction}${mark}\n${catalogue}\n`;
    if (process.env['WRITE_DOCS'] === '1') writeFileSync(METRICS, document);
    expect(readFileSync(METRICS, 'utf8')).toBe(document);
    for (const name of [
      'kafka_consumer_records_consumed_total',
      'payment_created_total',
      'payment_approved_total',
      'idempotency_duplicate_prevented_total',
    ]) {
      expect(catalogue).toContain(`\`${name}\``);
    }
  });

  it.each(rows.flatMap(({ panels }) => panels))('shows something in the panel "$title"', async ({ title, queries }) => {
    for (const { expr } of queries) {
      // Longer than all that has happened.
      const found = await prometheus.query(expr.replaceAll(/\$__\w+/g, '10m'));
      const values = found.map(({ value }) => value).filter(Number.isFinite);
      expect({ expr, hasData: values.length > 0 }).toEqual({ expr, hasData: true });
      if (MOVED.includes(title))
        expect({ expr, hasMoved: values.some((value) => value > 0) }).toEqual({ expr, hasMoved: true });
    }
  });

  it('is seen in one table by payctl health, also where half of it is away', async () => {
    const isFine = async () => {
      const { code, stdout } = await payctl(system, ['health']);
      return { code, lines: stdout.trimEnd().split('\n') };
    };
    const deadline = Date.now() + 30_000;
    let seen = await isFine();
    while (seen.code !== 0 && Date.now() < deadline) seen = await isFine();
    const text = seen.lines
      .map((line) =>
        line
          .replace(/http:\S+/, 'http:…')
          .replaceAll(/ +/g, ' ')
          .replaceAll(/\d+/g, 'N'),
      )
      .join('\n');
    expect({ code: seen.code, text }).toEqual({
      code: 0,
      text: [
        ' http:… confirm-api UP',
        ' http:… order-consumer UP',
        ' http:… outbox-relay UP',
        ' connector payment-outbox RUNNING, task RUNNING',
        ' attempts none under way or unclear',
        ' refunds none open',
        ' charges none to be given back',
        ' outbox none pending',
        ' canary the newest that has come back is N.N s old; of the last hour N of N came back, within N ms (pN), N ms (pN), N ms (max)',
        ' lag of orders N records',
        ' lag of reading back N records',
        ' dead letters none undecided',
      ].join('\n'),
    });
    const away = { DB_PORT: '1', SPRING_KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:1', PAYCTL_WORKERS: 'http://127.0.0.1:1' };
    const { code, stdout } = await payctl(system, ['health'], away);
    expect(code).toBe(4);
    expect(stdout.match(/^\? /gm)).toHaveLength(9);
    expect(stdout).toMatch(/^ {2}connector payment-outbox +RUNNING/m);
  }, 60_000);

  it('is paid by what the integration guide tells a front end and order-service to write', async () => {
    const token = await userToken(userId);
    expect(await followGuide(system, { token, userId })).toMatchObject({
      refused: { code: 'PAYMENT-400-001', text: '결제 금액이 올바르지 않습니다.' },
      paid: { status: 'APPROVED', paidAmount: 15_000 },
      isSame: true,
      part: { status: 'PARTIALLY_CANCELED', canceledAmount: 5_000 },
      isSamePart: true,
      heard: { type: 'payment.completed', orderId: '9007199254740993', sequence: 2 },
    });
  }, 60_000);

  it('is paid by the recipe that npm start prints, in every shell that is here and from another folder', async () => {
    const { apiUrl, sandboxUrl, logs, infrastructure } = system;
    const { bootstrapServers } = infrastructure.kafka;
    const token = await userToken(userId);
    const running = await pretendStart({ apiUrl, sandboxUrl, logs, bootstrapServers });
    try {
      for (const [index, shell] of shellsHere().entries()) {
        const order = { orderId: 90_300n + BigInt(index), amount: 15_000n, userId };
        const script = recipe({ apiUrl, sandboxUrl, token, ...order });
        const options = {
          cwd: tmpdir(),
          env: { ...process.env, PAYMENT_LOCAL_DIR: running.folder },
          encoding: 'utf8',
        } as const;
        const { stdout, stderr } = spawnSync(shell, ['-c', script], options);
        expect({ shell, stderr }).toEqual({ shell, stderr: '' });
        expect(stdout).toMatch(new RegExp(`^order ${order.orderId} over 15000 KRW .* is READY\\n`));
        expect(stdout).toContain(`"orderId":${order.orderId},"status":"APPROVED"`);
      }
    } finally {
      running.end();
    }
  }, 60_000);
});

// Last, because whatever is bought and broken in it is in the books of the tests above.
describeInABrowser(() => system);
