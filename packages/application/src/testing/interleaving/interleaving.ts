import { type UnitOfWork } from '../../ports/transaction/unit-of-work';
import { FakeClock } from '../fake-clock';
import { type InterleavingWorld } from './interleaving-world';
import { paymentWorker, type PaymentWorker } from '../payment-worker';
import { SeededSchedule } from './seeded-schedule';

const LEASE_MS = 6_000;
const PROCESSES = 3;
/** Of the steps: each of them may be where a process dies. */
const KILL_SHARE = 0.01;
/** Until the last thing begins. */
const TURNS_BEFORE_MAX = 30;
/** Longer than anything may be on its way, so that the last look at an attempt is due as well. */
const ROUND_MS = 16 * 60_000;

/** Makes a world whose surprises a schedule decides. */
export type WorldMaker = (schedule: SeededSchedule) => Promise<InterleavingWorld>;

/**
 * One order, to which everything that can happen to an order happens at once, in an order that one number decides: confirms
 * with two keys, cancels, events of the order, relays, lost and wrong answers, and processes that die between any two of
 * their steps. Then the faults end, the relay works on, and what is left can be looked at.
 */
export class Interleaving {
  /** What was done, for whoever has to understand a failure. */
  readonly story: string[] = [];
  readonly #processes: Process[];
  #isHealing = false;

  private constructor(
    readonly world: InterleavingWorld,
    private readonly schedule: SeededSchedule,
  ) {
    this.#processes = Array.from({ length: PROCESSES }, () => this.#newProcess());
  }

  /** Whoever begins one closes its world. */
  static async begin(seed: number, newWorld: WorldMaker): Promise<Interleaving> {
    const schedule = new SeededSchedule(seed);
    return new Interleaving(await newWorld(schedule), schedule);
  }

  /** Runs it to its end: nothing is under way any more. @throws when it never ends. */
  async run(): Promise<void> {
    this.world.setWay('drawn');
    const actions = this.#drawActions();
    let unfinished = actions.length;
    for (const { name, act } of actions) {
      const process = this.schedule.pick(this.#processes);
      const end = (word: string): void => {
        if (!process.underWay.delete(end)) return;
        this.story.push(`${name}: ${word}`);
        unfinished -= 1;
      };
      process.underWay.add(end);
      void this.#afterTurns(process)
        .then(() => act(process.worker))
        .then(
          (result) => end(JSON.stringify(result, asText)),
          (error: unknown) => end(`threw ${String(error)}`),
        );
    }
    await this.#until(() => unfinished <= 0);
    await this.heal();
  }

  /** The faults end, and the relay works on until nothing is under way. @throws when that never is. */
  async heal(): Promise<void> {
    this.#isHealing = true;
    this.world.setWay('good');
    if ((await this.world.records()).payment === null) {
      await this.#untilDone(this.#newProcess().worker.place(this.world.order));
    }
    for (let round = 0; round < 60; round++) {
      await this.world.advance(ROUND_MS);
      await this.#untilDone(this.#newProcess().worker.relay());
      if ((await this.world.records()).underWay === 0) return;
    }
    throw new Error('it never comes to an end');
  }

  /** A worker without a schedule: it goes on when `turn` lets it, and time passes when it sleeps. */
  workerWith(turn: () => Promise<void>): PaymentWorker {
    const sleep = (durationMs: number) => this.world.advance(durationMs);
    return this.#workerWith(turn, sleep);
  }

  /** Not all of it begins at once: much can only happen to a payment that something has happened to. */
  async #afterTurns(process: Process): Promise<void> {
    for (let turns = Math.floor(this.schedule.random() ** 2 * TURNS_BEFORE_MAX); turns >= 0; turns--) {
      await this.schedule.turn(process);
    }
  }

  #drawActions() {
    const random = () => this.schedule.random();
    const pick = <T>(of: readonly T[]) => this.schedule.pick(of);
    const { order, paymentKeys } = this.world;
    const [firstKey, secondKey] = paymentKeys;
    const kinds: readonly (() => Action)[] = [
      () => ({ name: 'confirm key-1', act: (worker) => worker.confirm(order, firstKey) }),
      () => ({ name: 'confirm key-1', act: (worker) => worker.confirm(order, firstKey) }),
      () => ({ name: 'confirm key-2', act: (worker) => worker.confirm(order, secondKey) }),
      () => ({ name: 'cancel all', act: (worker) => worker.cancel(order, null, null) }),
      () => {
        const [krw, wish] = [pick([100n, 400n, 1_000n]), pick([null, 'wish-1', 'wish-2'])];
        return { name: `cancel ${krw} ${wish}`, act: (worker) => worker.cancel(order, krw, wish) };
      },
      () => {
        const [krw, event] = [pick([100n, 300n]), pick(['refund-1', 'refund-2'])];
        return { name: `refund event ${event} ${krw}`, act: (worker) => worker.requestRefund(order, krw, event) };
      },
      () => ({ name: 'order cancelled', act: (worker) => worker.cancelOrder(order, pick(['end-1', 'end-2'])) }),
      () => ({ name: 'expire', act: (worker) => worker.expire() }),
      () => {
        const status = pick(['DONE', 'PARTIAL_CANCELED', 'CANCELED']);
        return { name: `webhook ${status}`, act: (worker) => worker.webhook(order, status) };
      },
      () => ({ name: 'relay', act: (worker) => worker.relay() }),
      () => ({ name: 'relay', act: (worker) => worker.relay() }),
    ];
    const actions = Array.from({ length: 3 + Math.floor(random() * 9) }, () => pick(kinds)());
    // The order is placed at some moment, perhaps after its end was told.
    const placed: Action[] = [{ name: 'place', act: (worker) => worker.place(order) }];
    return random() < 0.8 ? [...placed, ...actions] : [...actions, ...placed];
  }

  #newProcess(): Process {
    const process: { underWay: Process['underWay']; worker?: PaymentWorker } = { underWay: new Set() };
    const turn = () => this.schedule.turn(process);
    const sleep = async (durationMs: number, signal?: AbortSignal) => {
      await this.world.clock.sleep(durationMs, signal);
      // Those whose sleep ends in the same moment go on one after the other too.
      await turn();
    };
    return Object.assign(process, { worker: this.#workerWith(turn, sleep) });
  }

  #workerWith(
    turn: () => Promise<void>,
    sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>,
  ): PaymentWorker {
    const { database, ids } = this.world;
    const unitOfWork: UnitOfWork = {
      run: async (work) => {
        await turn();
        const result = await database.unitOfWork.run(work);
        await turn();
        return result;
      },
    };
    const { reader, leases, refundLeases, refundReader, expiryReader, hints, settlementHurry } = database;
    const clock = { now: () => this.world.clock.now(), elapsedMs: () => this.world.clock.elapsedMs(), sleep };
    return paymentWorker(
      { unitOfWork, reader, leases, refundLeases, refundReader, expiryReader, hints, settlementHurry },
      this.world.gatewaysOf({ turn, clock }),
      // Nobody renews, so that a lease may run out while its owner lives.
      { clock, renewals: new FakeClock(), leaseMs: LEASE_MS, waitForOtherMs: 500 },
      ids,
    );
  }

  async #untilDone(work: Promise<unknown>): Promise<void> {
    const state = { isDone: false };
    const end = () => (state.isDone = true);
    work.then(end, end);
    await this.#until(() => state.isDone);
    await work;
  }

  async #until(holds: () => boolean): Promise<void> {
    await this.world.quiet();
    for (let idleSteps = 0; !holds() && idleSteps < 2_000;) {
      if (!this.#isHealing && this.schedule.random() < KILL_SHARE) this.#killOne();
      if (this.schedule.step()) idleSteps = 0;
      else {
        idleSteps += 1;
        // Whoever sleeps waits for somebody else; now and then for longer than a lease lasts.
        await this.world.advance(this.schedule.random() < 0.05 ? LEASE_MS : 50);
      }
      await this.world.quiet();
    }
    if (!holds()) throw new Error('it stands still');
  }

  #killOne(): void {
    const index = Math.floor(this.schedule.random() * this.#processes.length);
    const victim = this.#processes[index];
    if (victim === undefined) return;
    this.schedule.kill(victim);
    for (const end of [...victim.underWay]) end('killed');
    this.#processes[index] = this.#newProcess();
  }
}

interface Action {
  readonly name: string;
  readonly act: (worker: PaymentWorker) => Promise<unknown>;
}

interface Process {
  /** What it has begun, each to be told when it ends or dies. */
  readonly underWay: Set<(word: string) => void>;
  readonly worker: PaymentWorker;
}

function asText(_field: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
