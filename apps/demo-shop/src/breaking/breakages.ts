import { type OrderWatch } from '../behind/order-watch';
import { type SystemWatch } from '../behind/system-watch';
import { type OrderBook } from '../order-service/order-book';
import { type OrderService } from '../order-service/order-service';
import { type Surroundings } from '../surroundings';
import { type BreakRun, BreakRuns, type Telling } from './break-run';
import { OrderTroubles } from './order-troubles';
import { allIsWell, killAndWatch, until } from './recovery';
import { RobotBuyer } from './robot-buyer';
import { type TossTrouble, tossTroubles, TossTroubles } from './toss-troubles';

/** Everything that the page has a button for. */
export interface Breakage {
  readonly name: string;
  readonly group: 'toss' | 'kill' | 'order';
  /** Whether it is on, for what stays on until it is switched off; null for what ends by itself. */
  readonly isOn: boolean | null;
}

export interface BreakagesParts {
  readonly surroundings: Surroundings;
  readonly book: OrderBook;
  readonly orders: OrderService;
  readonly watch: SystemWatch;
  readonly orderWatch: OrderWatch;
  readonly buyerId: bigint;
  readonly poison: (topic: string, value: string) => Promise<void>;
  readonly signal: AbortSignal;
}

const CROWD = 1_000_000n;

export class Breakages {
  readonly #runs: BreakRuns;
  readonly #toss: TossTroubles;
  readonly #orderTroubles: Readonly<Record<string, (telling: Telling) => Promise<void>>>;

  constructor(private readonly parts: BreakagesParts) {
    const { surroundings, book, buyerId, signal } = parts;
    this.#runs = new BreakRuns(signal);
    this.#toss = new TossTroubles(surroundings.sandboxUrl);
    const robot = new RobotBuyer(surroundings, book, buyerId);
    const troubles = new OrderTroubles({ ...parts, crowdId: CROWD, robot, toss: this.#toss });
    this.#orderTroubles = {
      'poison-message': (telling) => troubles.poisonMessage(telling),
      'event-twice': (telling) => troubles.eventTwice(telling),
      'tampered-amount': (telling) => troubles.tamperedAmount(telling),
      'cancelled-while-paid': (telling) => troubles.cancelledWhilePaid(telling),
      'fifty-clicks': (telling) => troubles.fiftyClicks(telling),
      burst: (telling) => troubles.burst(telling),
    };
  }

  list(): readonly Breakage[] {
    return [
      ...tossTroubles.map((name): Breakage => ({ name, group: 'toss', isOn: this.#toss.isOn(name) })),
      ...this.parts.surroundings.processes.map(({ name }): Breakage => ({
        name: `kill-${name}`,
        group: 'kill',
        isOn: null,
      })),
      ...Object.keys(this.#orderTroubles).map((name): Breakage => ({ name, group: 'order', isOn: null })),
    ];
  }

  runs(): readonly BreakRun[] {
    return this.#runs.list();
  }

  /** Begins it, or ends it where it is on. Undefined when there is no such thing. */
  press(name: string): BreakRun | undefined {
    const work = this.#workOf(name);
    const mayLast = tossTroubles.some((each) => each === name);
    return work && this.#runs.begin(name, work, { mayLast });
  }

  #workOf(name: string): ((telling: Telling) => Promise<void>) | undefined {
    const { surroundings, watch } = this.parts;
    const trouble = tossTroubles.find((each) => each === name);
    if (trouble !== undefined) return (telling) => this.#switch(trouble, telling);
    const victim = surroundings.processes.find((process) => `kill-${process.name}` === name);
    if (victim !== undefined) return (telling) => killAndWatch(victim, watch, telling);
    return Object.hasOwn(this.#orderTroubles, name) ? this.#orderTroubles[name] : undefined;
  }

  /** The run of a trouble that is switched on ends when it was switched off and nothing of it is left. */
  async #switch(trouble: TossTrouble, telling: Telling): Promise<void> {
    if (this.#toss.isOn(trouble)) {
      await this.#toss.end(trouble);
      telling.step('switched-off');
      return;
    }
    await this.#toss.begin(trouble);
    telling.step('switched-on');
    await until(() => !this.#toss.isOn(trouble), telling.signal);
    telling.step('switched-off');
    await allIsWell(this.parts.watch, telling);
  }
}
