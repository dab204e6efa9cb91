import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SandboxControl } from '@koosco/toss-sandbox';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection } from 'mariadb';
import { payctl, type PayctlResult } from '../test/payctl';
import { Buyer } from './demo/buyer';
import { type PlannedOrder } from './demo/order-plan';
import { OrderService } from './demo/order-service';
import { userToken } from './demo/user-token';
import { type PaymentSystem, startPaymentSystem } from './system/payment-system';

const AMOUNT = 15_000n;
const UNKNOWN_UUID = '00000000-0000-7000-8000-000000000000';

let system: PaymentSystem;
let books: Connection;
let toss: SandboxControl;
let orders: OrderService;
let buyer: Buyer;
let token: string;
let relay: number;

/** Its relay is frozen, so that whatever it would settle stays as it is. */
beforeAll(async () => {
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-resolve-')),
    removeAtEnd: true,
    onProgress: () => undefined,
  });
  const { mariadb, kafka } = system.infrastructure;
  books = await createConnection({ ...mariadb, ...mariadb.root, timezone: 'Z', allowPublicKeyRetrieval: true });
  await books.query("CREATE USER 'reader'@'%' IDENTIFIED BY 'reader'");
  await books.query(`GRANT SELECT ON ${books.escapeId(mariadb.database)}.* TO 'reader'@'%'`);
  toss = new SandboxControl(system.sandboxUrl);
  const { signal } = new AbortController();
  orders = new OrderService(kafka.bootstrapServers, signal);
  buyer = new Buyer(system.apiUrl, system.sandboxUrl, signal);
  token = await userToken(7n);
  relay = system.processes.find(({ name }) => name === 'outbox-relay')!.pid!;
  process.kill(relay, 'SIGSTOP');
}, 120_000);

afterAll(async () => {
  process.kill(relay, 'SIGCONT');
  await books.end();
  await system.stop();
});

function order(orderId: bigint): PlannedOrder {
  return {
    ...{ orderId, userId: 7n, amount: AMOUNT, story: 'pays' },
    ...{ sendsEventTwice: false, hasSecondEvent: false, confirmsTwice: false },
  };
}

/** A placed order whose buyer comes back from the payment window with this key. */
async function authenticated(orderId: bigint): Promise<string> {
  await orders.place([order(orderId)]);
  return buyer.authenticate(order(orderId), await buyer.checkout(order(orderId), token));
}

interface Attempt {
  readonly attemptId: string;
  readonly status: string;
  readonly isLeased: number | null;
  readonly fence: number;
}

async function attemptOf(orderId: bigint): Promise<Attempt | undefined> {
  const [row] = await books.query<Attempt[]>(
    `SELECT attempt_id AS attemptId, status, fence, leased_until > NOW(3) AS isLeased FROM payment_attempt WHERE order_id = ?`,
    [orderId],
  );
  return row;
}

async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + 45_000; ;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(seen)}`);
    await sleep(50);
  }
}

/** Everything that resolving could change. */
async function recordsOf(orderId: bigint) {
  const rows = async (sql: string) =>
    (await books.query<Record<string, unknown>[]>(sql, [orderId])).flatMap((row) => Object.values(row));
  return {
    attempts: await rows('SELECT status FROM payment_attempt WHERE order_id = ?'),
    payment: await rows('SELECT status FROM payment WHERE order_id = ?'),
    charged:
      await rows(`SELECT CAST(SUM(t.amount) AS SIGNED) FROM payment_transaction AS t JOIN payment USING (payment_id)
      WHERE type = 'APPROVAL' AND order_id = ?`),
    events: await rows(`SELECT event_type FROM payment_outbox JOIN payment ON payment_id = aggregate_id
      WHERE order_id = ? ORDER BY payment_outbox.id`),
    byHand: await rows(`SELECT CONCAT(a.action, ' by ', a.operator, ': ', a.reason) FROM payment_operator_action AS a
      JOIN payment_attempt ON attempt_id = target WHERE order_id = ?`),
  };
}

function resolve(what: bigint | string, ...args: string[]): Promise<PayctlResult> {
  return payctl(system, ['resolve', String(what), ...args]);
}

/** A confirm that Toss carries out, and does not answer before the worker is killed. @returns its payment key. */
async function chargedUnheard(orderId: bigint, whileAlive: () => Promise<void>): Promise<string> {
  const paymentKey = await authenticated(orderId);
  const unheard = { kind: 'hold', stage: 'after' } as const;
  const held = await toss.addFault({ route: 'confirm', paymentKey, times: 1, fault: unheard });
  const unanswered = buyer.confirmOnce(order(orderId), token, paymentKey).catch(() => undefined);
  await until(
    () => toss.ledger(),
    (rows) => rows.some((row) => row.paymentKey === paymentKey),
  );
  await whileAlive();
  await system.processes.find(({ name }) => name === 'confirm-api')!.kill();
  await unanswered;
  await toss.removeFault(held);
  await until(
    () => attemptOf(orderId),
    (attempt) => attempt?.isLeased === 0,
  );
  return paymentKey;
}

const APPROVED = 81_001n;
const OPEN = 81_002n;
const PARTLY_BACK = 81_003n;
let partlyBack: string;

describe('payctl resolve', () => {
  it('leaves an attempt to the worker that is at work on it, and records what Toss charged when that is gone', async () => {
    const before = {
      attempts: ['IN_FLIGHT'],
      payment: ['READY'],
      charged: [null],
      events: ['payment.created'],
      byHand: [],
    };
    await chargedUnheard(APPROVED, async () => {
      const { code, stdout } = await resolve(APPROVED, '--why', 'impatience');
      expect({ code, stdout }).toEqual({
        code: 1,
        stdout: expect.stringMatching(
          /^so +nothing: a worker \(fencing token 0\) is at work on it, until 20\S+Z unless/m,
        ),
      });
      expect(await recordsOf(APPROVED)).toEqual(before);
    });
    const dry = await resolve(APPROVED);
    expect(dry).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /IN_FLIGHT.*its owner \(fencing token 0\) is gone.*READY, 15,000 KRW.*none is recorded.*tgen_…\w+ is DONE: 15,000 KRW, charged.*possible the charge of 15,000 KRW is recorded: the attempt becomes SUCCEEDED, the payment APPROVED, and payment.completed goes out\n$/s,
      ),
      stderr: 'Nothing was done. To do it, say why: --why "…"\n',
    });
    expect(await recordsOf(APPROVED)).toEqual(before);
  }, 90_000);

  it.each([
    [
      'Toss cannot be asked',
      { TOSS_BASE_URL: 'http://127.0.0.1:1' },
      4,
      /proves nothing \(not-sent \(ECONNREFUSED\)\)/,
      '',
    ],
    [
      'the account may only read',
      { DB_USERNAME: 'reader', DB_PASSWORD: 'reader' },
      4,
      /^possible the charge/m,
      /^payctl: refused, and nothing was done: the database account has no INSERT on payment_operator_action, no INSERT on payment_transaction, .*, no UPDATE on payment_attempt\n$/,
    ],
    [
      'the database is away',
      { DB_PORT: '1' },
      4,
      /^$/,
      /^payctl: the database could not be read: ECONNREFUSED\nIt was looked/,
    ],
  ])('changes nothing where %s, and shows the rest', async (_what, env, code, shown, complaint) => {
    const before = await recordsOf(APPROVED);
    expect(await payctl(system, ['resolve', String(APPROVED), '--why', 'a drill'], env)).toEqual({
      code,
      stdout: expect.stringMatching(shown),
      stderr: complaint === '' ? '' : expect.stringMatching(complaint),
    });
    expect(await recordsOf(APPROVED)).toEqual(before);
  });

  it('settles it once, with one event and the reason kept, and then says that there is nothing to do', async () => {
    const first = await resolve(APPROVED, '--why', 'the relay is frozen', '--operator', 'kim');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^done: the attempt is SUCCEEDED, the payment APPROVED$/m);
    const settled = {
      ...{ attempts: ['SUCCEEDED'], payment: ['APPROVED'], charged: [AMOUNT] },
      ...{ events: ['payment.created', 'payment.completed'], byHand: ['resolve by kim: the relay is frozen'] },
    };
    expect(await recordsOf(APPROVED)).toEqual(settled);
    const { attemptId } = (await attemptOf(APPROVED))!;
    for (const what of [APPROVED, attemptId]) {
      const again = await resolve(what, '--why', 'again');
      expect({ code: again.code, stdout: again.stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(
          /^(Nothing to do: every attempt|.*nothing is to be done: the attempt is settled, SUCCEEDED$)/ms,
        ),
      });
    }
    expect(await recordsOf(APPROVED)).toEqual(settled);
    const explained = await payctl(system, ['explain', attemptId]);
    expect(explained.stdout).toMatch(/operator +resolve by kim: the relay is frozen$/m);
    expect(explained.stdout).toMatch(/history +READY → APPROVED by payctl$/m);
    for (const { stdout } of [first, explained]) expect(stdout).not.toMatch(/tgen_[^…]/);
  }, 30_000);

  it('never sends a confirm again, and closes what certainly charged nothing', async () => {
    const paymentKey = await authenticated(OPEN);
    const lost = await toss.addFault({ route: 'confirm', paymentKey, fault: { kind: 'lose-request' } });
    await buyer.confirmOnce(order(OPEN), token, paymentKey);
    await until(
      () => attemptOf(OPEN),
      (attempt) => attempt?.status === 'UNKNOWN',
    );
    await toss.removeFault(lost);
    const open = await resolve(OPEN, '--why', 'impatience');
    expect({ code: open.code, stdout: open.stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(
        /is IN_PROGRESS.*\nso +nothing: Toss has charged nothing so far, and may accept a confirm until 20/s,
      ),
    });
    expect(await recordsOf(OPEN)).toMatchObject({ attempts: ['UNKNOWN'], payment: ['READY'], byHand: [] });
    // Past the time in which Toss accepts a confirm of it.
    await toss.advanceClock(11 * 60_000);
    const { code, stdout } = await resolve(OPEN, '--why', 'it is over');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /is EXPIRED.*\npossible it is closed as one that charged nothing, and the buyer may pay again: the attempt becomes REFUSED, the payment stays READY\ndone: the attempt is REFUSED, the payment READY\n$/s,
      ),
    });
    expect(await recordsOf(OPEN)).toMatchObject({
      attempts: ['REFUSED'],
      payment: ['READY'],
      events: ['payment.created'],
    });
    expect((await toss.ledger()).filter((row) => row.paymentKey === paymentKey)).toEqual([]);
  }, 90_000);

  it('guesses nothing where money came and went without us', async () => {
    partlyBack = await chargedUnheard(PARTLY_BACK, () => Promise.resolve());
    await toss.cancelInAdmin(partlyBack, 3_000);
    const before = await recordsOf(PARTLY_BACK);
    const { code, stdout } = await resolve(PARTLY_BACK, '--why', 'a drill', '--json');
    expect({ code, shown: JSON.parse(stdout) as unknown }).toEqual({
      code: 1,
      shown: expect.objectContaining({
        ...{ prospect: { kind: 'refused', because: 'unclear' }, done: null, missing: [] },
        toss: [expect.stringMatching(/^tgen_….* is PARTIAL_CANCELED: 15,000 KRW, charged 20\S+, 12,000 KRW left$/)],
        text: expect.stringMatching(
          /^nothing: Toss's answer proves nothing \(Toss's books says PARTIAL_CANCELED.* once the rest went back, too\)/,
        ),
      }),
    });
    expect(await recordsOf(PARTLY_BACK)).toEqual(before);
  }, 90_000);

  it.each([
    [['81999'], 3, /^payctl: there is no attempt, payment or order 81999;/],
    [[UNKNOWN_UUID], 3, /^payctl: there is no attempt, payment or order 0000/],
    [['tgen_20260115090000AbCd4'], 2, /^payctl: resolve takes an attempt id, an order id or a payment id/],
    [[], 2, /^payctl: resolve what\?/],
    [['1', '2'], 2, /^payctl: what is '2' for\?/],
    [['1', '--why', ' '], 2, /^payctl: --why wants a reason/],
    [['1', '--apply'], 2, /^payctl: Unknown option '--apply'/],
  ])('%j is refused in a line', async (args, code, complaint) => {
    expect(await payctl(system, ['resolve', ...args])).toEqual({
      code,
      stdout: '',
      stderr: expect.stringMatching(complaint),
    });
  });

  it('says so of an order that nobody has begun to pay', async () => {
    await authenticated(81_004n);
    expect(await resolve(81_004n)).toEqual({
      ...{ code: 3, stdout: '' },
      stderr: 'payctl: no confirm was ever begun for 81004; payctl explain says what is known\n',
    });
  });

  it('leaves the relay what it did not settle, and nothing of what it did', async () => {
    process.kill(relay, 'SIGCONT');
    await until(
      () => payctl(system, ['explain', String(APPROVED)]),
      ({ code, stdout }) =>
        code === 0 && stdout.endsWith('charged 15,000 KRW once, all 2 events delivered: nothing to do\n'),
    );
    await until(
      () => recordsOf(PARTLY_BACK),
      ({ attempts, payment }) => attempts[0] === 'UNKNOWN' && payment[0] === 'READY',
    );
  }, 60_000);

  it('is certain of what went back in part, once the rest went back, too', async () => {
    await toss.cancelInAdmin(partlyBack);
    await until(
      async () => {
        // The relay looks at it as well, and may be at work on it.
        await resolve(PARTLY_BACK, '--why', 'nothing is left of it');
        return recordsOf(PARTLY_BACK);
      },
      ({ attempts }) => attempts[0] === 'REFUSED',
    );
    const closed = { payment: ['READY'], charged: [null], events: ['payment.created'] };
    expect(await recordsOf(PARTLY_BACK)).toMatchObject(closed);
  }, 60_000);
});
