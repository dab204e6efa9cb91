import { type Clock, type SettledAttempt, SettleAttemptsUseCase } from '@koosco/payment-application';
import { systemClock } from '@koosco/payment-worker';
import { type TossClient } from '@koosco/toss-client/client';
import { TossPaymentGateway } from '@koosco/toss-client/gateway';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mariadb';
import { loneWorker } from '../../test/lone-worker';
import { type Order, PaymentWorld } from '../../test/payment-world';
import { testServer } from '../../test/test-server';
import { until } from '../../test/until';

const LEASE_MS = 6_000;
/** So that nobody need wait for the lease of a worker that is as good as dead. */
const LEASE_OF_THE_STOPPED_MS = 300;
/** A call that hangs does so for much longer than everything else takes. */
const HANGS_MS = 8_000;

describe('attempts that outlive their workers', () => {
  let world: PaymentWorld;
  let api: string;
  beforeAll(async () => {
    world = await PaymentWorld.start();
    api = await world.startApi({ CONFIRM_WAIT_MS: '1500' });
  });
  afterEach(async () => {
    await world.sandbox.control.removeFault();
    for (const wake of asleep.splice(0)) wake();
    await Promise.allSettled(confirming.splice(0));
    await Promise.all(relays.splice(0).map((relay) => relay.drain()));
    for (const client of clients.splice(0)) client.close();
  }, 4 * HANGS_MS);
  afterAll(() => world.stop());

  const asleep: (() => void)[] = [];
  const confirming: Promise<unknown>[] = [];
  const clients: TossClient[] = [];
  const relays: SettleAttemptsUseCase[] = [];

  function tossClient(onCall: (operation: string) => void = () => undefined): TossClient {
    const client = world.tossClient({ totalDeadlineMs: HANGS_MS, onCall: ({ operation }) => onCall(operation) });
    clients.push(client);
    return client;
  }

  /** A worker's way to Toss and to its attempts, as the composition roots build it. */
  function worker({ clock = systemClock, leases = world.database.leases, leaseMs = LEASE_MS } = {}) {
    const calls: string[] = [];
    const client = tossClient((operation) => void calls.push(operation));
    const gateway = new TossPaymentGateway(client, clock);
    const { execution, confirm } = loneWorker(world.database, { gateway, leases, leaseMs });
    const heard: SettledAttempt[] = [];
    const { unitOfWork } = world.database;
    const relay = new SettleAttemptsUseCase(unitOfWork, execution, systemClock, (settled) => void heard.push(settled));
    relays.push(relay);
    return {
      relay,
      heard,
      confirm: (order: Order, paymentKey: string) => {
        const answered = confirm(order, paymentKey);
        confirming.push(answered);
        return answered;
      },
      sends: () => calls.filter((operation) => operation === 'confirm').length,
    };
  }

  /** Makes a worker as one that is stopped when it next pauses between two calls, for as long as the test wants, and renews no lease meanwhile. */
  function stoppedAtItsNextPause() {
    let paused = false;
    let goOn = (): void => undefined;
    const pause = new Promise<void>((resolve) => (goOn = resolve));
    const clock: Clock = {
      now: () => systemClock.now(),
      elapsedMs: () => systemClock.elapsedMs(),
      sleep: () => ((paused = true), pause),
    };
    asleep.push(() => goOn());
    const leases = { ...world.database.leases, renew: () => pause.then(() => new Set<string>()) };
    return { clock, leases, leaseMs: LEASE_OF_THE_STOPPED_MS, isPaused: () => paused, goOn: () => goOn() };
  }

  const settleUntil = (relay: SettleAttemptsUseCase, holds: () => Promise<boolean>) =>
    until(async () => {
      await relay.takeDue();
      return holds();
    });

  it('stop their worker from sending when it wakes up after another has taken over', async () => {
    const order = await world.order();
    const paymentKey = await world.authenticate(order);
    const { control } = world.sandbox;
    await control.addFault({ route: 'confirm', paymentKey, times: 1, fault: { kind: 'lose-request' } });
    // So that the sleeper wants to send again, whatever the books say.
    await control.addFault({ route: 'get-payment', paymentKey, times: 1, fault: { kind: 'server-error' } });
    const stopped = stoppedAtItsNextPause();
    const sleeper = worker(stopped);
    const answered = sleeper.confirm(order, paymentKey);
    await until(() => Promise.resolve(stopped.isPaused()));
    expect(sleeper.sends()).toBe(1);

    const other = worker();
    await settleUntil(other.relay, async () => (await world.statusOf(order)) === 'APPROVED');
    await other.relay.drain();
    stopped.goOn();
    await answered;
    expect([sleeper.sends(), other.sends()]).toEqual([1, 1]);
    expect(world.chargesOf(order).count).toBe(1);
    expect((await world.rowsOf(order)).attempts).toMatchObject([{ status: 'SUCCEEDED' }]);
  });

  it('do not wait for one whose look-up hangs', async () => {
    const orders = await Promise.all(Array.from({ length: 5 }, () => world.order()));
    const keys = new Map<Order, string>();
    for (const order of orders) {
      const paymentKey = await world.authenticate(order);
      keys.set(order, paymentKey);
      await world.sandbox.control.addFault({
        route: 'confirm',
        paymentKey,
        times: 1,
        fault: { kind: 'drop-response' },
      });
      const stopped = stoppedAtItsNextPause();
      await world.sandbox.control.addFault({
        route: 'get-payment',
        paymentKey,
        times: 1,
        fault: { kind: 'server-error' },
      });
      void worker(stopped).confirm(order, paymentKey);
      await until(() => Promise.resolve(stopped.isPaused()));
    }
    const [hung, ...healthy] = orders;
    const hangs = { kind: 'delay', delayMs: HANGS_MS + 1_000, stage: 'before' } as const;
    await world.sandbox.control.addFault({ route: 'get-payment', paymentKey: keys.get(hung!)!, fault: hangs });
    const { relay, heard } = worker();
    const areSettled = async (some: readonly Order[]) =>
      (await Promise.all(some.map((order) => world.statusOf(order)))).every((status) => status === 'APPROVED');
    await settleUntil(relay, () => areSettled(healthy));
    expect(await world.statusOf(hung!)).toBe('READY');
    expect(heard.map(({ attempt }) => attempt.state.orderId)).not.toContain(hung!.orderId);
  });

  it('record a charge that their payment cannot take, for its refund', async () => {
    const order = await world.order();
    const late = await world.authenticate(order);
    const declined = await world.authenticate(order, { outcome: { declineCode: 'REJECT_CARD_COMPANY' } });
    const deadEnd = await world.startApi({ TOSS_BASE_URL: 'http://127.0.0.1:9' });
    expect((await world.confirm(deadEnd, order, { paymentKey: late })).status).toBe(502);
    await world.confirm(api, order, { paymentKey: declined });
    expect(await world.statusOf(order)).toBe('FAILED');
    await chargeAtToss(order, late);

    // The last look at what was settled without a charge, when nothing can arrive any more.
    await world.query('UPDATE payment_attempt SET due_at = NOW(3) WHERE payment_key = ?', [late]);
    const unapplied = () => world.query('SELECT * FROM payment_unapplied_charge WHERE payment_key = ?', [late]);
    const { relay } = worker();
    await settleUntil(relay, async () => (await unapplied()).length > 0);
    await relay.drain();
    expect(await unapplied()).toMatchObject([{ amount: order.amount, refunded_at: null }]);
    const { payment, attempts, transactions } = await world.rowsOf(order);
    expect(payment).toMatchObject({ status: 'FAILED' });
    expect(attempts).toMatchObject([{ due_at: null }, { status: 'DECLINED' }]);
    expect(transactions).toMatchObject([{ type: 'APPROVAL', status: 'FAILED' }]);
  });

  it('cost little while many confirms meet one, whether or not somebody works on it', async () => {
    const CLICKS = 100;
    /** What a claim needs: a connection's BEGIN and COMMIT, payment, attempt, and some to spare. */
    const STATEMENTS_EACH = 10;
    const order = await world.order();
    const paymentKey = await world.authenticate(order);
    const click = (key: string) => world.confirm(api, order, { paymentKey: key });
    const clicks = (key: string) => Promise.all(Array.from({ length: CLICKS }, () => click(key)));

    await world.sandbox.control.addFault({ route: 'confirm', paymentKey, fault: { kind: 'drop-response' } });
    await world.sandbox.control.addFault({ route: 'get-payment', paymentKey, fault: { kind: 'lose-request' } });
    expect((await click(paymentKey)).status).toBe(502);
    const told = await statementsDuring(() => clicks('another-key'));
    expect(new Set(told.result.map(({ status }) => status))).toEqual(new Set([409]));
    expect(told.statements).toBeLessThan(CLICKS * STATEMENTS_EACH);

    await world.query(
      `UPDATE payment_attempt SET leased_until = NOW(3) + INTERVAL 1 HOUR, due_at = leased_until WHERE order_id = ?`,
      [order.orderId],
    );
    const waited = await statementsDuring(() => clicks('another-key'));
    expect(new Set(waited.result.map(({ status }) => status))).toEqual(new Set([409]));
    expect(waited.statements).toBeLessThan(CLICKS * STATEMENTS_EACH);
  });

  async function chargeAtToss({ pgOrderId, amount }: Order, paymentKey: string): Promise<void> {
    const answer = await tossClient().confirm({ paymentKey, orderId: pgOrderId, amount: Number(amount) }, 'late');
    expect(answer.kind).toBe('ok');
  }

  /** How many statements reached this world's database meanwhile; other tests use the same server. */
  async function statementsDuring<T>(action: () => Promise<T>): Promise<{ result: T; statements: number }> {
    const root = await createConnection(testServer());
    try {
      await root.query("SET GLOBAL log_output = 'TABLE'");
      await root.query('TRUNCATE mysql.general_log');
      await root.query('SET GLOBAL general_log = ON');
      const result = await action();
      const [row] = await root.query<{ statements: bigint }[]>(
        `SELECT COUNT(*) AS statements FROM mysql.general_log
         WHERE thread_id IN (SELECT id FROM information_schema.processlist WHERE db = ?)`,
        [world.address.database],
      );
      return { result, statements: Number(row!.statements) };
    } finally {
      await root.query('SET GLOBAL general_log = OFF, log_output = DEFAULT');
      await root.end();
    }
  }
});
