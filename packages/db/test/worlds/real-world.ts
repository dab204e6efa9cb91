import { type Clock, type SendPermit } from '@koosco/payment-application';
import {
  FakeClock,
  type InterleavingWorld,
  type OrderRecords,
  type ProcessTime,
  type SeededSchedule,
  SequentialIds,
  type Way,
  type WorkerGateways,
} from '@koosco/payment-application/testing';
import { Money, OrderId, PgOrderId, UserId } from '@koosco/payment-domain';
import { TossClient, tossClientConfig } from '@koosco/toss-client/client';
import { TossPaymentGateway, TossRefundGateway } from '@koosco/toss-client/gateway';
import { documentedMerchant, startTossSandbox, type TossSandbox } from '@koosco/toss-sandbox';
import { type Connection } from 'mariadb';
import { type Database } from '../../src/create-database';
import { readOrderRecords } from './read-order-records';
import { type Fate, Wire } from './wire';

const order = { orderId: OrderId.of(123n), userId: UserId.of(7n), amount: Money.krw(1_000n) };
/** Of the calls to Toss. */
const FAULT_SHARE = 0.25;
const [{ clientKey, secretKey }] = documentedMerchant.keys as [{ clientKey: string; secretKey: string }];

/** Longer than a transaction lasts: what was due when it was written is due for the next one. */
const TRANSACTION_MS = 20;

/** What one world after the other is made on. */
export interface Ground {
  /** Its server tells the time of {@link Ground.now}. */
  readonly database: Database;
  readonly observer: Connection;
  /** Of the world that is there now. */
  now: () => Date;
}

/**
 * A world of real parts: MariaDB, the Toss client, and the sandbox behind a network that loses what the schedule says. Its
 * time is nobody's: the clocks of the worker, the database and Toss are moved together.
 *
 * One thing happens after the other: whatever was let go comes to an end before the next may go on, so that a seed replays.
 */
export class RealWorld implements InterleavingWorld {
  readonly order = order;
  readonly ids = new SequentialIds();
  readonly database: Database;
  #way: Way = 'good';
  /** As the worker has it; the others are moved with it. */
  readonly clock: FakeClock;
  /** Of what was begun outside this process, what has not come to its end. */
  #underWay = 0;
  #network!: { readonly wire: Wire; readonly client: TossClient };

  private constructor(
    private readonly ground: Ground,
    private readonly schedule: SeededSchedule,
    private readonly sandbox: TossSandbox,
    now: Date,
    readonly paymentKeys: readonly [string, string],
  ) {
    this.clock = new FakeClock({ now });
    let transactions = 0;
    ground.now = () => new Date(this.clock.now().getTime() + ++transactions * TRANSACTION_MS);
    this.database = counting(ground.database, (work) => this.#track(work));
  }

  static async make(ground: Ground, schedule: SeededSchedule): Promise<RealWorld> {
    const sandbox = await startTossSandbox({ clock: 'virtual', seed: 1 });
    const now = new Date(await sandbox.control.now());
    const window = { clientKey, orderId: PgOrderId.of(order.orderId), orderName: '주문', amount: 1_000 };
    const first = await sandbox.control.authenticate(window);
    // Sometimes for less than the order, which Toss does not mind: a charge that the payment cannot take.
    const isTooLow = schedule.random() < 0.5;
    const second = await sandbox.control.authenticate(isTooLow ? { ...window, amount: 900 } : window);
    const { paymentKey } = second;
    if (isTooLow) await sandbox.control.addFault({ route: 'confirm', paymentKey, fault: { kind: 'ignore-amount' } });
    const world = new RealWorld(ground, schedule, sandbox, now, [first.paymentKey, second.paymentKey]);
    await world.#connect();
    return world;
  }

  async #connect(): Promise<void> {
    const wire = await Wire.open({
      target: this.sandbox.url,
      fateOf: (method, path) => this.#fateOf(method, path),
      turn: () => this.#networkTurn(),
      track: (work) => this.#track(work),
    });
    // The breaker counts failures by a real clock.
    const settings = { environment: 'development', secretKey, baseUrl: wire.url, breakerFailures: 1_000_000 } as const;
    this.#network = { wire, client: new TossClient(tossClientConfig(settings)) };
  }

  gatewaysOf(time: ProcessTime): WorkerGateways {
    const clock: Clock = {
      now: () => this.clock.now(),
      elapsedMs: () => this.clock.elapsedMs(),
      sleep: (durationMs, signal) => this.#idle(() => time.clock.sleep(durationMs, signal)),
    };
    const options = { random: () => this.schedule.random() };
    const payments = new TossPaymentGateway(this.#network.client, clock, options);
    const refunds = new TossRefundGateway(this.#network.client, clock, options);
    const permitted = (permit: SendPermit): SendPermit => ({
      past: permit.past,
      beforeSend: async (send) => {
        await this.#idle(() => time.turn());
        return permit.beforeSend(send);
      },
      learned: (send) => permit.learned(send),
    });
    const taking = async <T>(call: () => Promise<T>): Promise<T> => {
      await time.turn();
      const result = await this.#track(call());
      await time.turn();
      return result;
    };
    return {
      payments: {
        firstSend: (now) => payments.firstSend(now),
        approve: (request, permit) => taking(() => payments.approve(request, permitted(permit))),
        lookUp: (request) => taking(() => payments.lookUp(request)),
        callOff: (request) => taking(() => payments.callOff(request)),
      },
      refunds: {
        firstSend: (now) => refunds.firstSend(now),
        refund: (request, permit) => taking(() => refunds.refund(request, permitted(permit))),
        lookUpRefund: (request) => taking(() => refunds.lookUpRefund(request)),
      },
      books: { readGivenBack: (request) => taking(() => payments.readGivenBack(request)) },
    };
  }

  setWay(way: Way): void {
    this.#way = way;
  }

  async advance(durationMs: number): Promise<void> {
    await this.sandbox.control.advanceClock(durationMs);
    await this.clock.advance(durationMs);
  }

  async quiet(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#underWay > 0);
  }

  records(): Promise<OrderRecords> {
    return readOrderRecords(this.ground.observer, this.order.orderId, this.sandbox.ledger());
  }

  async close(): Promise<void> {
    const { client, wire } = this.#network;
    client.close();
    await wire.close();
    await this.sandbox.close();
    await forgetEverything(this.ground.observer);
  }

  async #fateOf(method: string, path: string): Promise<Fate> {
    if (this.#way === 'good') return 'good';
    if (this.#way === 'requests-lost') return 'request-lost';
    if (this.#way === 'answers-lost') return 'answer-lost';
    if (this.schedule.random() >= FAULT_SHARE) return 'good';
    const fate = this.schedule.pick(method === 'POST' ? sendFates : lookUpFates);
    if (fate !== 'declined') return fate;
    if (path.endsWith('/confirm')) {
      await this.sandbox.control.forceCode({ operation: 'confirm', code: 'REJECT_CARD_COMPANY', times: 1 });
    }
    return 'good';
  }

  /** What the network does is nobody's, and no process takes it along when it dies. */
  async #networkTurn(): Promise<void> {
    if (this.#way === 'drawn') await this.#idle(() => this.schedule.turn(this));
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay += 1;
    return work.finally(() => (this.#underWay -= 1));
  }

  /** A wait, within work that is tracked, for something that only happens once all is quiet. */
  async #idle(wait: () => Promise<void>): Promise<void> {
    this.#underWay -= 1;
    await wait();
    this.#underWay += 1;
  }
}

const sendFates = [
  'request-lost',
  'answer-lost',
  'body-cut',
  'too-many-requests',
  'error-unprocessed',
  'error-processed',
  'late',
  'declined',
] as const;

const lookUpFates = ['request-lost', 'answer-lost', 'too-many-requests', 'error-unprocessed'] as const;

/** The same ports, each of whose calls is tracked until it ends. */
function counting<T extends object>(ports: T, track: <R>(work: Promise<R>) => Promise<R>): T {
  return new Proxy(ports, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member === 'object' && member !== null) return counting(member, track);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, args);
        return result instanceof Promise ? track(result) : result;
      };
    },
  });
}

async function forgetEverything(observer: Connection): Promise<void> {
  const tables = await observer.query<{ name: string }[]>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_name NOT LIKE '\\_%'`,
  );
  const statements = tables.map(({ name }) => `DELETE FROM ${name}`);
  await observer.query(`SET FOREIGN_KEY_CHECKS = 0; ${statements.join('; ')}; SET FOREIGN_KEY_CHECKS = 1`);
}
